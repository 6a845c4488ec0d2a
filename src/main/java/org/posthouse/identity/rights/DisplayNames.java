/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happens to mail whose From shows a name that reads like another address.
 *
 * @param header the field that {@link Kind#MARK} adds; null for none
 */
record DisplayNames(Kind kind, @Nullable String header) {
  enum Kind {
    ANY,
    MARK,
    REFUSE
  }

  static final DisplayNames ANY = new DisplayNames(Kind.ANY, null);

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>\"'(),;:\\[\\]@]+@[^\\s<>\"'(),;:@]+");

  /** What may stand around an at sign; taken whole, so that no name takes long. */
  private static final String AROUND = "[\\s\"'()\\[\\]{}<>]*+";

  /** An at sign in words, in brackets of any kind and number, before something like a domain. */
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*+[(\\[{<][\\s\"'(\\[{<]*+at\\s*[)\\]}>][\\s\"')\\]}>]*+(?=[^\\s.]+[.][^\\s])",
          Pattern.CASE_INSENSITIVE);

  /** An at sign apart from its address: with a domain behind it, for "Lunch @ Noon" is none. */
  private static final Pattern APART =
      Pattern.compile(
          AROUND
              + "@"
              + AROUND
              + "(?=(?:[\\p{L}\\p{M}\\p{N}_-]++[.])+\\p{L}[\\p{L}\\p{M}\\p{N}-])");

  /** An encoded word that is left has a charset that is not known here, and is to a reader. */
  private static final Pattern ENCODED = Pattern.compile("=[?][^?\\s]+[?][bBqQ][?]");

  /** Whether somebody who sees the name only would take the mail for another address's. */
  static boolean mislead(Mailbox mailbox) {
    String name = mailbox.name();
    boolean hidden =
        name.codePoints().anyMatch(DisplayNames::isUnseen) || ENCODED.matcher(name).find();
    // A full-width at sign is one to whoever reads.
    String plain = joined(Normalizer.normalize(name, Normalizer.Form.NFKC));
    if (hidden || plain.indexOf('@') < 0) {
      return hidden;
    }
    Matcher found = ADDRESS.matcher(plain);
    boolean one = false;
    while (found.find()) {
      one = true;
      String shown = found.group().replaceFirst("[.!?]+$", "");
      if (Address.parse(shown).isEmpty()
          || !Address.parse(shown).equals(Address.parse(mailbox.address()))) {
        return true;
      }
    }
    return !one && plain.matches(".*\\S@\\S.*");
  }

  /** With the addresses in one piece that a reader puts together. */
  private static String joined(String name) {
    return APART.matcher(WORD.matcher(name).replaceAll("@")).replaceAll("@");
  }

  /** Controls, changes of direction, characters of no width. */
  private static boolean isUnseen(int character) {
    // Joiners are part of emoji and of several scripts.
    boolean joiner = character == 0x200c || character == 0x200d;
    return Character.isISOControl(character)
        || (Character.getType(character) == Character.FORMAT && !joiner);
  }
}
