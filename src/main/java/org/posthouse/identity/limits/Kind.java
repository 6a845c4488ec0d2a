/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

/** What a rate counts. */
enum Kind {
  MESSAGES("messages"),
  RECIPIENTS("recipients"),
  /** Recipients whom the same key has not written to before; see {@link KnownRecipients}. */
  NEW_RECIPIENTS("newRecipients"),
  BYTES("bytes");

  private final String element;

  Kind(String element) {
    this.element = element;
  }

  /** As limits.xml has it. */
  String element() {
    return element;
  }

  /** As a reply has it, after the amount. */
  String words() {
    return this == NEW_RECIPIENTS ? "new recipients" : element;
  }
}
