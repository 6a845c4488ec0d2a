/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reverse-path or forward-path of a command (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
 *
 * @param localPart as it was sent, with its quotes; empty in the null reverse-path
 * @param domain with A-labels, or an address literal in brackets; empty when none was sent
 */
public record Path(String localPart, String domain) {
  /** The null reverse-path. */
  public static final Path NULL = new Path("", "");

  /** What stands for octets that are no UTF-8. */
  private static final char UNDECODABLE = '\ufffd';

  private static final int LONGEST_LOCAL_PART = 64;
  private static final int LONGEST_PATH = 256;
  private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10FFFF}-]+";
  private static final Pattern DOT_STRING = Pattern.compile(ATEXT + "(?:[.]" + ATEXT + ")*");
  private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\\\p{Cntrl}]|\\\\[ -~])*\"");
  private static final String LABEL =
      "[A-Za-z0-9_\\x{80}-\\x{10FFFF}](?:[A-Za-z0-9_\\x{80}-\\x{10FFFF}-]*"
          + "[A-Za-z0-9_\\x{80}-\\x{10FFFF}])?";
  private static final Pattern DOMAIN = Pattern.compile(LABEL + "(?:[.]" + LABEL + ")*");
  private static final Pattern BARE_IPV4 = Pattern.compile("@([0-9]{1,3}(?:[.][0-9]{1,3}){3})$");

  /** One that needs no quotes as UTF-8; in ASCII they were the client's. */
  private static final Pattern QUOTED_UTF8 =
      Pattern.compile(
          "\"((?=.*[^\\x00-\\x7f].*\"@)[^\\x00- \"(),.:;<>@\\[\\\\\\]]+(?:[.][^\\x00- \"(),.:;<>@\\[\\\\\\]]+)*)\"(@.*)");

  private static final Pattern IPV4 = Pattern.compile("\\[[0-9]{1,3}(?:[.][0-9]{1,3}){3}]");

  /**
   * Reads what stands between the angle brackets. A source route is dropped (RFC 5321, appendix C).
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Path parse(String text) {
    if (text.isEmpty()) {
      return NULL;
    }
    check(octets(text) <= LONGEST_PATH, "the address is longer than 254 octets");
    String mailbox = withoutRoute(text);
    int at = endOfLocalPart(mailbox);
    String local = mailbox.substring(0, at);
    check(octets(local) <= LONGEST_LOCAL_PART, "the local part is longer than 64 octets");
    check(
        local.indexOf(UNDECODABLE) < 0
            && (DOT_STRING.matcher(local).matches() || QUOTED.matcher(local).matches()),
        "the local part is malformed");
    return new Path(local, at == mailbox.length() ? "" : domain(mailbox.substring(at + 1)));
  }

  /**
   * An address of James' as a path has it, without angle brackets. James leaves the brackets of an
   * address literal out (RFC 5321 section 4.1.3), and has a local part beyond ASCII in quotes only.
   */
  public static String written(String address) {
    Matcher quoted = QUOTED_UTF8.matcher(address);
    String bare = quoted.matches() ? quoted.group(1) + quoted.group(2) : address;
    return BARE_IPV4.matcher(bare).replaceFirst("@[$1]");
  }

  /**
   * The bracket that ends the path at the beginning of a text; one in a quoted local part does not.
   *
   * @param text begins with a bracket
   * @return -1 when none does
   */
  public static int closing(String text) {
    boolean quoted = false;
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '>' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static String withoutRoute(String text) {
    int colon = text.indexOf(':');
    return text.startsWith("@") && colon > 0 ? text.substring(colon + 1) : text;
  }

  /** Where the at sign stands, or the end when there is none. */
  private static int endOfLocalPart(String mailbox) {
    int at = 0;
    boolean quoted = false;
    while (at < mailbox.length() && (quoted || mailbox.charAt(at) != '@')) {
      char c = mailbox.charAt(at);
      if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      }
      at++;
    }
    return Math.min(at, mailbox.length());
  }

  private static String domain(String text) {
    if (text.startsWith("[")) {
      return literal(text);
    }
    // A dot at the end is the root's; many programs write it.
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    check(DOMAIN.matcher(name).matches(), "the domain is malformed");
    String ascii = DomainName.ascii(name);
    check(ascii.length() <= 253, "the domain is longer than 253 octets");
    for (String label : ascii.split("[.]", -1)) {
      check(label.length() <= 63, "a label of the domain is longer than 63 octets");
    }
    return ascii;
  }

  private static String literal(String text) {
    if (IPV4.matcher(text).matches()) {
      for (String octet : text.substring(1, text.length() - 1).split("[.]", -1)) {
        check(Integer.parseInt(octet) < 256, "the address literal is none");
      }
      return text;
    }
    check(
        text.regionMatches(true, 0, "[IPv6:", 0, 6) && text.endsWith("]"),
        "the address literal is malformed");
    return "[IPv6:" + ipv6(text.substring(6, text.length() - 1)) + "]";
  }

  private static String ipv6(String text) {
    check(text.matches("[0-9A-Fa-f:.]{2,45}") && text.indexOf(':') >= 0, "no IPv6 address");
    try {
      check(InetAddress.getByName(text) instanceof Inet6Address, "no IPv6 address");
      return text;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no IPv6 address", e);
    }
  }

  /** Whether it can only be sent with SMTPUTF8 (RFC 6531); domains are A-labels by now. */
  public boolean isInternational() {
    return localPart.chars().anyMatch(c -> c > 0x7f);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }

  @Override
  public String toString() {
    return domain.isEmpty() ? localPart : localPart + "@" + domain;
  }
}
