/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Puts values in the place of macros (RFC 7208 section 7.3).
 *
 * @param validatedName gives the value of %{p} in a domain
 */
record MacroExpansion(
    SpfRequest request,
    Sender sender,
    ClientAddress client,
    Function<String, String> validatedName) {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_EXPLANATION = 1000;
  private static final int LONGEST_VALUE = 1000;

  /** What remains of a name that grows: labels are taken from its left in the end. */
  private static final int ENOUGH = 2000;

  private static final String UNRESERVED = "-._~";

  /** A name, without its last dot, shortened to 253 octets by labels from the left. */
  String name(MacroString text, String domain) {
    StringBuilder name = new StringBuilder();
    for (MacroString.Part part : text.parts()) {
      name.append(value(part, domain));
      if (name.length() > ENOUGH) {
        name.delete(0, name.length() - ENOUGH / 2);
      }
    }
    String whole = Sender.withoutLastDot(name.toString());
    while (whole.length() > LONGEST_NAME && whole.indexOf('.') >= 0) {
      whole = whole.substring(whole.indexOf('.') + 1);
    }
    return whole;
  }

  /** An explanation; empty when it would be too long. */
  String explanation(MacroString text, String domain) {
    StringBuilder explanation = new StringBuilder();
    for (MacroString.Part part : text.parts()) {
      explanation.append(value(part, domain));
      if (explanation.length() > LONGEST_EXPLANATION) {
        return "";
      }
    }
    return explanation.toString();
  }

  private String value(MacroString.Part part, String domain) {
    if (part instanceof MacroString.Literal literal) {
      return literal.text();
    }
    MacroString.Macro macro = (MacroString.Macro) part;
    String value = value(macro.letter(), domain);
    String transformed =
        transformed(value.substring(0, Math.min(LONGEST_VALUE, value.length())), macro);
    return macro.escaped() ? escaped(transformed) : transformed;
  }

  private String value(char letter, String domain) {
    return switch (letter) {
      case 's' -> sender.address();
      case 'l' -> sender.localPart();
      case 'o' -> sender.domain();
      case 'd' -> domain;
      case 'i' -> client.dotted();
      case 'p' -> validatedName.apply(domain);
      case 'v' -> client.zone();
      case 'h' -> request.helo();
      case 'c' -> client.text();
      case 'r' -> request.receiver();
      default -> Long.toString(request.time().getEpochSecond()); // t
    };
  }

  private static String transformed(String value, MacroString.Macro macro) {
    if (macro.keep() == 0 && !macro.reversed() && macro.delimiters().isEmpty()) {
      return value;
    }
    List<String> parts = parts(value, macro.delimiters().isEmpty() ? "." : macro.delimiters());
    if (macro.reversed()) {
      Collections.reverse(parts);
    }
    boolean isAll = macro.keep() == 0 || macro.keep() >= parts.size();
    return String.join(
        ".", isAll ? parts : parts.subList(parts.size() - macro.keep(), parts.size()));
  }

  private static List<String> parts(String value, String delimiters) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int each = 0; each < value.length(); each++) {
      if (delimiters.indexOf(value.charAt(each)) >= 0) {
        parts.add(value.substring(start, each));
        start = each + 1;
      }
    }
    parts.add(value.substring(start));
    return parts;
  }

  private static String escaped(String value) {
    StringBuilder text = new StringBuilder();
    for (byte octet : value.getBytes(UTF_8)) {
      char c = (char) (octet & 0xFF);
      boolean isPlain = (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0;
      text.append(isPlain ? String.valueOf(c) : "%" + hex(c));
    }
    return text.toString();
  }

  private static String hex(char c) {
    return Integer.toHexString(0x100 | c).substring(1).toUpperCase(Locale.ROOT);
  }
}
