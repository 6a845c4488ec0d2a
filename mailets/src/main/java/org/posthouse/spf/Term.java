/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

/** One term of a record (RFC 7208 section 4.6.1). */
sealed interface Term {
  /**
   * A mechanism and what follows when it matches.
   *
   * @param text as it is published
   */
  record Directive(SpfCode code, Mechanism mechanism, String text) implements Term {}

  record Redirect(MacroString target) implements Term {}

  /** {@code exp=}. */
  record Explanation(MacroString target) implements Term {}

  /** A modifier that nobody knows: it has no meaning, but must be well formed. */
  record UnknownModifier() implements Term {}

  /** No term. */
  record Malformed(String text) implements Term {}
}
