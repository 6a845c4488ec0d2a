/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Text with macros in it (RFC 7208 section 7.1). */
record MacroString(List<Part> parts) {
  /** More is malformed: a name has 253 octets, and an explanation should be a line or two. */
  private static final int LONGEST = 4096;

  private static final int LONGEST_LABEL = 63;
  private static final String LETTERS = "slodipvhcrt";
  private static final String LETTERS_OF_EXPLANATIONS = "crt";
  private static final String DELIMITERS = ".-+,/_=";

  sealed interface Part {}

  record Literal(String text) implements Part {}

  /**
   * %{...}.
   *
   * @param letter in lower case
   * @param keep how many parts from the right; 0 for all
   * @param escaped for a URL
   */
  record Macro(char letter, int keep, boolean reversed, String delimiters, boolean escaped)
      implements Part {}

  MacroString {
    parts = List.copyOf(parts);
  }

  /** A domain-spec; null when it is malformed. */
  static @Nullable MacroString domainSpec(String text) {
    Scanner scanner = new Scanner(text, false, false);
    return scanner.scan() && scanner.endsLikeADomain() ? new MacroString(scanner.parts) : null;
  }

  /** An explain-string: all macros and spaces; null when it is malformed. */
  static @Nullable MacroString explanation(String text) {
    Scanner scanner = new Scanner(text, true, true);
    return scanner.scan() ? new MacroString(scanner.parts) : null;
  }

  /** Whether the value of an unknown modifier is well formed. */
  static boolean isMacroString(String text) {
    return new Scanner(text, true, false).scan();
  }

  private static final class Scanner {
    private final String text;
    private final boolean allLetters;
    private final boolean spaces;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int at;
    private int endOfLastMacro;

    Scanner(String text, boolean allLetters, boolean spaces) {
      this.text = text;
      this.allLetters = allLetters;
      this.spaces = spaces;
    }

    boolean scan() {
      if (text.length() > LONGEST) {
        return false;
      }
      while (at < text.length()) {
        char c = text.charAt(at++);
        boolean isRight = c == '%' ? macro() : literal(c);
        if (!isRight) {
          return false;
        }
      }
      flush();
      return true;
    }

    private boolean literal(char c) {
      literal.append(c);
      return (c > ' ' && c < 0x7F) || (c == ' ' && spaces);
    }

    private boolean macro() {
      char kind = at < text.length() ? text.charAt(at++) : 0;
      boolean isRight =
          switch (kind) {
            case '%' -> literal('%');
            case '_' -> literal.append(' ') != null;
            case '-' -> literal.append("%20") != null;
            case '{' -> braces();
            default -> false;
          };
      endOfLastMacro = at;
      return isRight;
    }

    private boolean braces() {
      int end = text.indexOf('}', at);
      if (end <= at) {
        return false;
      }
      char written = text.charAt(at);
      char letter = Character.toLowerCase(written);
      int digits = at + 1;
      int next = digits;
      while (next < end && text.charAt(next) >= '0' && text.charAt(next) <= '9') {
        next++;
      }
      int keep = keep(text.substring(digits, next));
      boolean reversed = next < end && (text.charAt(next) | 0x20) == 'r';
      String delimiters = text.substring(reversed ? next + 1 : next, end);
      at = end + 1;
      flush();
      parts.add(new Macro(letter, keep, reversed, delimiters, letter != written));
      return isLetter(letter) && keep >= 0 && areDelimiters(delimiters);
    }

    /** The number of parts; 0 without digits; -1 for a zero, which is malformed. */
    private static int keep(String digits) {
      if (digits.isEmpty()) {
        return 0;
      }
      if (digits.chars().allMatch(c -> c == '0')) {
        return -1;
      }
      return digits.length() > 4 ? LONGEST : Integer.parseInt(digits);
    }

    private boolean isLetter(char letter) {
      return LETTERS.indexOf(letter) >= 0
          && (allLetters || LETTERS_OF_EXPLANATIONS.indexOf(letter) < 0);
    }

    private static boolean areDelimiters(String delimiters) {
      return delimiters.chars().allMatch(c -> DELIMITERS.indexOf(c) >= 0);
    }

    private void flush() {
      if (!literal.isEmpty()) {
        parts.add(new Literal(literal.toString()));
        literal.setLength(0);
      }
    }

    /** domain-end: a macro, or a dot and a top label that is not all digits. */
    boolean endsLikeADomain() {
      String end = Sender.withoutLastDot(text.substring(endOfLastMacro));
      if (end.length() == text.length() - endOfLastMacro && end.isEmpty()) {
        return endOfLastMacro > 0;
      }
      int dot = end.lastIndexOf('.');
      return dot >= 0 && isTopLabel(end.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean isTopLabel(String label) {
      return !label.isEmpty()
          && label.length() <= LONGEST_LABEL
          && !label.startsWith("-")
          && !label.endsWith("-")
          && label.chars().allMatch(c -> isDigit(c) || (c >= 'a' && c <= 'z') || c == '-')
          && !label.chars().allMatch(Scanner::isDigit);
    }

    private static boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }
  }
}
