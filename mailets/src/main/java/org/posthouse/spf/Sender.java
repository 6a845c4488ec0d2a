/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.net.IDN;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.posthouse.spf.SpfResult.Identity;

/**
 * The sender of check_host() (RFC 7208 section 4.3).
 *
 * @param domain in A-labels (RFC 8616 section 4) where it can be
 */
record Sender(Identity identity, String localPart, String domain) {
  private static final String POSTMASTER = "postmaster";
  private static final int LONGEST = 1000;
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  static Sender of(SpfRequest request) {
    String path = request.mailFrom();
    if (path.isEmpty()) {
      return new Sender(Identity.HELO, POSTMASTER, ascii(withoutLastDot(request.helo())));
    }
    int at = path.lastIndexOf('@');
    String local = at <= 0 ? POSTMASTER : path.substring(0, at);
    return new Sender(Identity.MAILFROM, local, ascii(withoutLastDot(path.substring(at + 1))));
  }

  /**
   * A reverse path as a message of ASCII may tell it. UTF-8 belongs into internationalized ones
   * only (RFC 8601 section 2.2), so a local part beyond ASCII is left out with its @.
   */
  static String inAscii(String path) {
    int at = path.lastIndexOf('@');
    String domain = path.substring(at + 1);
    String local = path.substring(0, at + 1);
    return (isAscii(local) ? local : "") + (isAscii(domain) ? domain : ascii(domain));
  }

  /** %{s}. */
  String address() {
    return localPart + "@" + domain;
  }

  /** What is wrong with it; null when it can be checked. */
  @Nullable String problem() {
    if (localPart.length() > LONGEST) {
      return "the sender is too long";
    }
    if (domain.startsWith("[")) {
      return "an address literal has no policy";
    }
    return isDomain(domain) ? null : "not a domain name";
  }

  /** Whether the DNS has room for a name: labels of 1 to 63 octets, 253 in all. */
  static boolean hasLabels(String name) {
    return name.length() <= LONGEST_NAME
        && Arrays.stream(name.split("\\.", -1))
            .allMatch(label -> !label.isEmpty() && label.length() <= LONGEST_LABEL);
  }

  private static boolean isDomain(String name) {
    return hasLabels(name)
        && name.indexOf('.') > 0
        && name.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  static String withoutLastDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String ascii(String domain) {
    if (domain.length() > LONGEST || isAscii(domain)) {
      return domain;
    }
    try {
      return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return domain; // which is not ASCII, and so no domain name
    }
  }
}
