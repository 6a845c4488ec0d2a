/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.StringTokenizer;

/** Domain names as messages have them. */
final class DomainNames {
  private static final int LONGEST = 253;
  private static final int LONGEST_LABEL = 63;

  private DomainNames() {}

  /**
   * The name in A-labels (RFC 9989 section 5.3.1) and lower case, without the last dot; empty when
   * it is none.
   *
   * @param octets one char per octet, UTF-8 where it is not ASCII
   */
  static Optional<String> ascii(String octets) {
    String text = octets.endsWith(".") ? octets.substring(0, octets.length() - 1) : octets;
    if (text.length() > LONGEST * 4) {
      return Optional.empty();
    }
    boolean isAscii = text.chars().allMatch(c -> c < 0x80);
    Optional<String> name = isAscii ? Optional.of(text) : aLabels(text);
    return name.map(each -> each.toLowerCase(Locale.ROOT)).filter(DomainNames::isName);
  }

  private static Optional<String> aLabels(String octets) {
    try {
      String text = new String(octets.getBytes(ISO_8859_1), UTF_8);
      return Optional.of(IDN.toASCII(text, IDN.ALLOW_UNASSIGNED));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isName(String name) {
    boolean isWhole =
        !name.isEmpty()
            && name.length() <= LONGEST
            && !name.startsWith(".")
            && !name.endsWith(".")
            && !name.contains("..")
            && name.chars().allMatch(DomainNames::isNameCharacter);
    StringTokenizer labels = new StringTokenizer(name, ".");
    while (isWhole && labels.hasMoreTokens()) {
      isWhole = labels.nextToken().length() <= LONGEST_LABEL;
    }
    return isWhole;
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  }
}
