/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.text.Normalizer;
import java.util.Optional;
import org.posthouse.identity.Letters;

/**
 * An address as it is compared. Case does not count, in the local part neither: no server in use
 * tells postboxes apart by it (RFC 5321, section 2.4, would allow it), and rules are written by
 * people.
 *
 * @param local without quotes; U-labels and case normalised
 * @param domain A-labels in lower case, or a literal in brackets
 */
record Address(String local, String domain) {
  private static final int LONGEST = 320;
  private static final String SPECIALS = "()<>[]:;@\\,\" \t";

  /** An address without angle brackets; empty for what is none, or could be read in two ways. */
  static Optional<Address> parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 1 || text.length() > LONGEST || hasUnseen(text)) {
      return Optional.empty();
    }
    Optional<String> domain = domain(text.substring(at + 1));
    return local(text.substring(0, at)).flatMap(l -> domain.map(d -> new Address(l, d)));
  }

  private static boolean hasUnseen(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each < ' ' || each >= 0x7f) {
        return text.codePoints().anyMatch(Address::isUnseen);
      }
    }
    return false;
  }

  /** Controls, and what changes the direction of text or has no width. */
  private static boolean isUnseen(int character) {
    return Character.isISOControl(character)
        || Character.getType(character) == Character.FORMAT
        || (character >= 0x80 && Character.isSpaceChar(character));
  }

  private static Optional<String> domain(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String literal = Letters.lower(text);
      boolean plain = literal.substring(1).matches("[a-z0-9.:-]+]");
      return Optional.of(literal).filter(each -> plain);
    }
    return Domains.normal(text);
  }

  private static Optional<String> local(String text) {
    boolean quoted = text.startsWith("\"");
    Optional<String> plain = quoted ? unquoted(text) : Optional.of(text).filter(Address::isDotAtom);
    // An encoded word is none here (RFC 2047, section 5), and some readers decode it all the same.
    return plain
        .filter(local -> !local.isEmpty() && !local.contains("=?"))
        .map(Letters::lower)
        .map(l -> Letters.isAscii(l) ? l : Normalizer.normalize(l, Normalizer.Form.NFC));
  }

  private static boolean isDotAtom(String text) {
    boolean dots = text.startsWith(".") || text.endsWith(".") || text.contains("..");
    for (int i = 0; i < text.length(); i++) {
      if (SPECIALS.indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return !dots;
  }

  private static Optional<String> unquoted(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"') {
        return i == text.length() - 1 ? Optional.of(plain.toString()) : Optional.empty();
      }
      if (each == '\\' && ++i == text.length()) {
        return Optional.empty();
      }
      plain.append(text.charAt(i));
    }
    return Optional.empty();
  }

  /** One text for one address: a domain has no at sign, so the last one parts them. */
  @Override
  public String toString() {
    return local + "@" + domain;
  }
}
