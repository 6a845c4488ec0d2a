/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the terms of a record (RFC 7208 section 4.6.1). */
final class TermParser {
  private TermParser() {}

  /**
   * Reads one.
   *
   * @param text not empty, without spaces
   */
  static Term parse(String text) {
    int end = 0;
    while (end < text.length() && isNameCharacter(text.charAt(end))) {
      end++;
    }
    boolean isModifier =
        end > 0 && end < text.length() && text.charAt(end) == '=' && isLetter(text.charAt(0));
    Term term =
        isModifier
            ? modifier(text.substring(0, end).toLowerCase(Locale.ROOT), text.substring(end + 1))
            : directive(text);
    return term == null ? new Term.Malformed(text) : term;
  }

  private static @Nullable Term modifier(String name, String value) {
    if (name.equals("redirect")) {
      MacroString target = MacroString.domainSpec(value);
      return target == null ? null : new Term.Redirect(target);
    }
    if (name.equals("exp")) {
      MacroString target = MacroString.domainSpec(value);
      return target == null ? null : new Term.Explanation(target);
    }
    return MacroString.isMacroString(value) ? new Term.UnknownModifier() : null;
  }

  private static @Nullable Term directive(String text) {
    SpfCode code =
        switch (text.charAt(0)) {
          case '-' -> SpfCode.FAIL;
          case '~' -> SpfCode.SOFTFAIL;
          case '?' -> SpfCode.NEUTRAL;
          default -> SpfCode.PASS;
        };
    boolean isQualified = code != SpfCode.PASS || text.charAt(0) == '+';
    Mechanism mechanism = MechanismParser.parse(isQualified ? text.substring(1) : text);
    return mechanism == null ? null : new Term.Directive(code, mechanism, text);
  }

  private static boolean isNameCharacter(char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
