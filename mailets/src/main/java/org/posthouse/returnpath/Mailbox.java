/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.posthouse.message.LocalPart;

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

  /** A mailbox from its two parts as they are written. */
  public static Mailbox of(String writtenLocalPart, String domain) {
    return new Mailbox(LocalPart.plain(writtenLocalPart), domain);
  }

  /** The local part as it is written: a Dot-string where it can be, else a Quoted-string. */
  public String writtenLocalPart() {
    return LocalPart.written(localPart);
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

  private static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }
}
