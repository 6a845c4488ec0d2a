/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import com.google.re2j.Matcher;
import java.util.Optional;

/** A line {@code /pattern/flags address} of a table. */
final class AddressPattern {
  private final PatternReplacement replacement;
  private final String origin;

  private AddressPattern(PatternReplacement replacement, String origin) {
    this.replacement = replacement;
    this.origin = origin;
  }

  /**
   * Reads a line.
   *
   * @param line from its first slash on
   * @throws IllegalArgumentException when it is wrong; the message says why
   */
  static AddressPattern read(String line, String origin) {
    SlashedText text = SlashedText.read(line, 1);
    if (text.rest().isBlank()) {
      throw new IllegalArgumentException("no address behind the pattern");
    }
    String address = text.rest().strip();
    if (address.indexOf(' ') >= 0 || address.indexOf('\t') >= 0) {
      throw new IllegalArgumentException("one address is needed, not '" + address + "'");
    }
    PatternReplacement replacement =
        PatternReplacement.of(text.parts().get(0), text.hasFlag('i'), address);
    return new AddressPattern(replacement, origin);
  }

  /**
   * Looks for the pattern.
   *
   * @return empty when the pattern is not in the address
   * @throws IllegalArgumentException when what comes out is no address
   */
  Optional<AddressTarget> find(String address) {
    Matcher matcher = replacement.matcher(address);
    return matcher.find()
        ? Optional.of(AddressTarget.read(replacement.expand(matcher), origin))
        : Optional.empty();
  }
}
