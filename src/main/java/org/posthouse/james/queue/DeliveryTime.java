/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.List;
import java.util.Optional;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.FailurePolicy;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;

/** Mail whose time to be delivered in ends while it waits (RFC 2852). */
final class DeliveryTime {
  private static final EnhancedStatusCode EXPIRED = new EnhancedStatusCode(4, 4, 7);

  private DeliveryTime() {}

  /** Whether a recipient's mail is returned, or its sender told, though nothing is tried. */
  static boolean isOver(Recipient recipient, long now) {
    DeliverBy by = recipient.deliverBy();
    return by != null && (by.returnsAt(now) || by.notifiesAt(now, recipient.lastAttempt()));
  }

  /** Whether a recipient's mail is returned now. */
  static boolean isReturned(Recipient recipient, long now) {
    DeliverBy by = recipient.deliverBy();
    return by != null && by.returnsAt(now);
  }

  /** When a recipient is looked at again, who would be tried at {@code due}; in milliseconds. */
  static long bound(Recipient recipient, long now, long due) {
    DeliverBy by = recipient.deliverBy();
    return by == null ? due : by.bounds(now, due);
  }

  /** The same of an entry, all of whose recipients have the same time. */
  static long bound(QueuedMail entry, long now, long due) {
    return entry.queued().stream().mapToLong(each -> bound(each, now, due)).min().orElse(due);
  }

  /**
   * What stands in the place of an attempt for those who are due: empty when one is to be made.
   *
   * @param suspended whether none may be made
   */
  static Optional<Attempt> inPlaceOfAttempt(QueuedMail entry, boolean suspended, long now) {
    List<Recipient> due = OutgoingContent.due(entry, now);
    if (due.stream().noneMatch(each -> suspended ? isOver(each, now) : isReturned(each, now))) {
      return Optional.empty();
    }
    String last = due.get(0).error();
    String text = last == null ? "nothing was tried" : "at the last attempt: " + last;
    Answer answer =
        new Answer(Phase.CONNECT, null, new Answer.Failure(Answer.Kind.OURS, text, EXPIRED));
    return Optional.of(
        new Attempt(List.of(), new Attempt.Outcome("", FailurePolicy.of(answer), answer, null), 0));
  }
}
