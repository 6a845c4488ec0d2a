/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** Text of a rule with variables in it: <code>${sender}</code>, <code>${header:Name}</code>. */
final class ValueTemplate {
  private static final int MOST_OF_A_VARIABLE = 500;
  private static final int MOST = 4_000;

  private final List<Piece> pieces;

  /** What a variable stands for. */
  enum Variable {
    /** The text of the first field of a name. */
    HEADER,
    /** The reverse-path. */
    SENDER,
    /** The recipient, where there is one only. */
    RECIPIENT,
    /** The login of the client. */
    LOGIN,
    /** The time (RFC 5322 section 3.3). */
    DATE,
    /** The name of the mail in the spool. */
    MAILNAME,
    /** The text of an attribute of the mail. */
    ATTRIBUTE,
    /** The sign itself; James' reading of XML undoes the doubling of it. */
    DOLLAR;

    boolean takesArgument() {
      return this == HEADER || this == ATTRIBUTE;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A text, or a variable with its argument. */
  private sealed interface Piece {
    record Text(String text) implements Piece {}

    record Value(Variable variable, String argument) implements Piece {}
  }

  private ValueTemplate(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException when something in it is wrong; the message says what
   */
  static ValueTemplate read(String text) {
    if (text.length() > MOST || !FieldText.clean(text).equals(text.strip())) {
      throw new IllegalArgumentException(
          "a value has at most " + MOST + " characters and no control characters");
    }
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
      int close = text.indexOf('}', open);
      if (close < 0) {
        throw new IllegalArgumentException("${ without its }");
      }
      pieces.add(new Piece.Text(text.substring(at, open)));
      pieces.add(variable(text.substring(open + 2, close)));
      at = close + 1;
    }
    pieces.add(new Piece.Text(text.substring(at)));
    return new ValueTemplate(pieces);
  }

  /**
   * Writes the text.
   *
   * @param values gives the text of a variable, empty where there is none
   */
  String expand(BiFunction<Variable, String, String> values) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Value value) {
        text.append(bounded(FieldText.clean(values.apply(value.variable, value.argument))));
      } else if (piece instanceof Piece.Text plain) {
        text.append(plain.text);
      }
    }
    return text.toString().strip();
  }

  private static String bounded(String text) {
    if (text.length() <= MOST_OF_A_VARIABLE) {
      return text;
    }
    boolean cutsPair = Character.isHighSurrogate(text.charAt(MOST_OF_A_VARIABLE - 1));
    return text.substring(0, cutsPair ? MOST_OF_A_VARIABLE - 1 : MOST_OF_A_VARIABLE);
  }

  private static Piece.Value variable(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String argument = colon < 0 ? "" : text.substring(colon + 1).strip();
    Variable variable =
        Arrays.stream(Variable.values())
            .filter(each -> each.toString().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    if (variable.takesArgument() == argument.isEmpty()) {
      throw new IllegalArgumentException(
          "${" + name + (variable.takesArgument() ? ":…} needs a name" : "} takes no name"));
    }
    return new Piece.Value(variable, argument);
  }

  private static String unknown(String name) {
    return "${" + name + "} is unknown; known are " + Arrays.toString(Variable.values());
  }
}
