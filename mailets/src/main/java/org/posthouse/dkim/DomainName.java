/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** Names of the DNS as DKIM has them: letters, digits, hyphens, underscores, and dots between. */
public final class DomainName {
  private static final int MAX_LENGTH = 253;
  private static final int MAX_LABEL = 63;

  private DomainName() {}

  /**
   * The name in lower case and in ASCII: U-labels become A-labels (RFC 8616 section 5).
   *
   * @param octets one char per octet
   */
  public static Optional<String> ascii(String octets) {
    if (octets.length() > 4 * MAX_LENGTH) {
      return Optional.empty();
    }
    boolean isAscii = octets.chars().allMatch(c -> c < 0x80);
    Optional<String> name = isAscii ? Optional.of(octets) : aLabels(octets);
    return name.map(text -> text.toLowerCase(Locale.ROOT)).filter(DomainName::isName);
  }

  /** Likewise, of a text that was read from a file. */
  public static Optional<String> ofText(String text) {
    return ascii(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  /** Whether a name is another or stands below it; both in lower case. */
  public static boolean isWithin(String name, String parent) {
    return name.equals(parent) || name.endsWith("." + parent);
  }

  private static Optional<String> aLabels(String octets) {
    try {
      return Optional.of(IDN.toASCII(new String(octets.getBytes(ISO_8859_1), UTF_8)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static boolean isName(String text) {
    int label = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' ? label == 0 : !isLetterDigitHyphen(c) || label == MAX_LABEL) {
        return false;
      }
      label = c == '.' ? 0 : label + 1;
    }
    return label > 0 && text.length() <= MAX_LENGTH;
  }

  private static boolean isLetterDigitHyphen(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }
}
