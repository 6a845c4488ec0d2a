/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.util.List;
import java.util.Optional;

/**
 * The first line of a header that is no field. Some readers pass over it; others take it and all
 * that follows for the body, and show what nobody signed. So such a header is not what a signer saw
 * (RFC 6376 section 3.8), and what is edited in it may be somebody's text.
 *
 * @param number from 1; a folded field counts as many lines as it has
 */
public record StrayLine(int number) {
  /**
   * Empty where all lines are of fields.
   *
   * @param fields from the top
   */
  public static Optional<StrayLine> in(List<HeaderField> fields) {
    return fields.stream()
        .filter(field -> !field.removed() && !field.isField())
        .findFirst()
        .map(stray -> new StrayLine(1 + linesAbove(stray, fields)));
  }

  private static int linesAbove(HeaderField stray, List<HeaderField> fields) {
    return (int)
        fields.stream()
            .takeWhile(field -> !field.equals(stray))
            .filter(field -> !field.removed())
            .mapToLong(field -> 1 + field.line().chars().filter(c -> c == '\n').count())
            .sum();
  }

  /** As a log and a header field tell it. */
  @Override
  public String toString() {
    return "line " + number + " of the header is no field";
  }
}
