/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.List;

/**
 * What came of a transaction.
 *
 * @param answers what decided for each recipient, in the order of the transaction
 * @param reusable whether the session can take another
 */
public record TransactionOutcome(List<Answer> answers, boolean reusable) {
  public TransactionOutcome {
    answers = List.copyOf(answers);
  }
}
