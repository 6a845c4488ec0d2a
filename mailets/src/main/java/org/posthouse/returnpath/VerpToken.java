/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

/** How the recipient stands in a return path of its own. */
interface VerpToken {
  /**
   * The token of a recipient.
   *
   * @param base what it is appended to
   * @param day since 1970 began
   */
  String of(Mailbox recipient, Mailbox base, long day);

  /** What a token says; never {@link Returned.Foreign}. */
  Returned read(String token, Mailbox base, long today);
}
