/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A Mailbox (RFC 5321 section 4.1.2), its local part without quotes: what is put in front of it or
 * behind it belongs inside them.
 *
 * @param localPart what it says, which may be anything
 */
public record Mailbox(String localPart, String domain) {
  /** Octets of the longest local part that every host must take (RFC 5321 section 4.5.3.1.1). */
  public static final int LONGEST_LOCAL_PART = 64;

  /** Octets of the longest address: a path is 256 with its brackets (section 4.5.3.1.3). */
  public static final int LONGEST = 254;

  private static final String SPECIAL_ATEXT = "!#$%&'*+-/=?^_`{|}~";

  /** A mailbox from its two parts as they are written. */
  public static Mailbox of(String writtenLocalPart, String domain) {
    return new Mailbox(unquoted(writtenLocalPart), domain);
  }

  /** The local part as it is written: a Dot-string where it can be, else a Quoted-string. */
  public String writtenLocalPart() {
    if (isDotString()) {
      return localPart;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < localPart.length(); i++) {
      char c = localPart.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  /** Whether every host takes it. */
  public boolean isShortEnough() {
    String local = writtenLocalPart();
    return octets(local) <= LONGEST_LOCAL_PART && octets(local + "@" + domain) <= LONGEST;
  }

  /** As it is written. */
  @Override
  public String toString() {
    return writtenLocalPart() + "@" + domain;
  }

  private static String unquoted(String written) {
    int end = written.length();
    boolean isQuoted = end >= 2 && written.charAt(0) == '"' && written.charAt(end - 1) == '"';
    String inner = isQuoted ? written.substring(1, end - 1) : written;
    if (inner.indexOf('\\') < 0) {
      return inner;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < inner.length(); i++) {
      if (inner.charAt(i) == '\\' && i + 1 < inner.length()) {
        i++;
      }
      plain.append(inner.charAt(i));
    }
    return plain.toString();
  }

  private boolean isDotString() {
    if (localPart.isEmpty() || localPart.startsWith(".") || localPart.endsWith(".")) {
      return false;
    }
    return !localPart.contains("..") && localPart.chars().allMatch(c -> c == '.' || isAtext(c));
  }

  /** RFC 5322 section 3.2.3; RFC 6531 section 3.3 adds all beyond ASCII. */
  private static boolean isAtext(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c >= 0x80
        || SPECIAL_ATEXT.indexOf(c) >= 0;
  }

  private static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }
}
