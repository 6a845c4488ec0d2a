/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.FailurePolicy;
import org.posthouse.delivery.FailurePolicy.Disposition;
import org.posthouse.delivery.config.Ambiguous;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.james.EventText;
import org.posthouse.queue.Held;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;

/**
 * What an attempt means for an entry: the records of its recipients, and when it is due again.
 * Immutable, so that it can be stored again when the disk fails.
 *
 * @param records of all recipients, in order
 * @param ends what became of those whom the attempt was about
 * @param due of the next attempt, in milliseconds since the epoch; 0 when there is none
 */
record Settlement(List<Recipient> records, List<Settled> ends, long due) {
  /** RFC 3463: conversion required and not supported. */
  private static final EnhancedStatusCode NO_EIGHT_BIT = new EnhancedStatusCode(5, 6, 3);

  /** Nothing was tried. */
  private static final Attempt.Outcome WAITED =
      new Attempt.Outcome(
          "",
          new FailurePolicy.Ruling(Disposition.DEFERRED, FailurePolicy.Scope.MESSAGE, false),
          new Answer(
              Phase.CONNECT,
              null,
              new Answer.Failure(Answer.Kind.OURS, "waits", new EnhancedStatusCode(4, 4, 5))),
          null);

  private static final String MAY_HAVE_IT = "may have taken the mail";

  /** Whether nobody waits any more. */
  boolean isOver() {
    return due == 0;
  }

  static Settlement of(
      QueuedMail entry,
      Attempt attempt,
      DeliveryTerms terms,
      List<String> hosts,
      boolean mayConvert,
      long now) {
    Judge judge =
        new Judge(entry, terms, hosts, mayConvert, Math.max(0, attempt.notBefore() - now), now);
    List<Recipient> records = new ArrayList<>(entry.recipients().size());
    List<Settled> ends = new ArrayList<>();
    Set<Recipient> due = Set.copyOf(OutgoingContent.due(entry, now));
    for (Recipient recipient : entry.recipients()) {
      boolean isDue = due.contains(recipient);
      Attempt.Outcome outcome = recipient.isQueued() ? outcome(attempt, recipient, isDue) : null;
      if (outcome == null) {
        records.add(isDue ? recipient.withNotBefore(now) : recipient);
      } else {
        Settled end = judge.end(recipient, outcome);
        records.add(end.record());
        ends.add(end);
      }
    }
    return new Settlement(List.copyOf(records), List.copyOf(ends), Held.nextDue(records));
  }

  /** Whether an entry is given up, or its sender told, by the time alone. */
  static boolean isOverdue(QueuedMail entry, DeliveryTerms terms, List<String> hosts, long now) {
    Judge judge = new Judge(entry, terms, hosts, false, 0, now);
    return OutgoingContent.due(entry, now).stream().anyMatch(judge::isOverdue);
  }

  /** What came of the others of an attempt is said of those whose time it was. */
  private static Attempt.@Nullable Outcome outcome(
      Attempt attempt, Recipient recipient, boolean isDue) {
    for (Attempt.Outcome outcome : attempt.outcomes()) {
      if (outcome.recipient().equals(recipient.address())) {
        return outcome;
      }
    }
    return isDue ? attempt.others() : null;
  }

  /**
   * Judges the recipients of one attempt.
   *
   * @param mayConvert whether the mail was not converted before
   * @param rest of the site, in milliseconds
   */
  private record Judge(
      QueuedMail entry,
      DeliveryTerms terms,
      List<String> hosts,
      boolean mayConvert,
      long rest,
      long now) {
    Settled end(Recipient recipient, Attempt.Outcome outcome) {
      if (outcome.ruling().disposition() == Disposition.DELIVERED) {
        return delivered(recipient, outcome);
      }
      if (outcome.answer().isAmbiguous() && terms.ambiguous() != Ambiguous.RETRY) {
        return terms.ambiguous() == Ambiguous.SENT
            ? delivered(recipient, outcome)
            : ended(recipient, outcome, Recipient.State.HELD, outcome.text());
      }
      if (mayConvert && terms.converts() && isSevenBitHost(outcome)) {
        return ended(recipient, outcome, Recipient.State.CONVERTED, outcome.text());
      }
      DeliveryTerms.Failed failed = failed(recipient, outcome);
      Optional<Duration> again = terms.again(failed);
      if (again.isEmpty() && outcome.ruling().disposition() == Disposition.BOUNCED) {
        return ended(recipient, outcome, Recipient.State.BOUNCED, outcome.text());
      }
      if (DeliveryTime.isReturned(recipient, now)) {
        String error = "delivery time expired: " + outcome.text();
        return ended(recipient, outcome, Recipient.State.EXPIRED, error);
      }
      return again.isPresent()
          ? deferred(recipient, failed, again.get())
          : ended(recipient, outcome, Recipient.State.EXPIRED, terms.givenUp(failed));
    }

    boolean isOverdue(Recipient recipient) {
      DeliveryTerms.Failed failed = failed(recipient, WAITED);
      return DeliveryTime.isOver(recipient, now)
          || (terms.goesByAge() && (terms.again(failed).isEmpty() || isLate(recipient, failed)));
    }

    private static boolean isSevenBitHost(Attempt.Outcome outcome) {
      return outcome.answer().failedBy(Answer.Kind.NOT_OFFERED)
          && outcome.status().equals(NO_EIGHT_BIT);
    }

    private DeliveryTerms.Failed failed(Recipient recipient, Attempt.Outcome outcome) {
      return new DeliveryTerms.Failed(
          outcome,
          recipient.domain(),
          hosts,
          Math.max(1, recipient.attempts() + (outcome.isTried() ? 1 : 0)),
          Duration.ofMillis(Math.max(0, now - entry.stored())),
          !entry.reversePath().isEmpty(),
          Duration.ofMillis(rest));
    }

    private Settled delivered(Recipient recipient, Attempt.Outcome outcome) {
      return new Settled(
          recipient.ended(Recipient.State.DELIVERED, now, null),
          outcome,
          null,
          Duration.ZERO,
          false);
    }

    private Settled deferred(Recipient recipient, DeliveryTerms.Failed failed, Duration wait) {
      Attempt.Outcome outcome = failed.outcome();
      long due = DeliveryTime.bound(recipient, now, now + wait.toMillis());
      String error = EventText.bounded(withEarlier(recipient, outcome.text()));
      return new Settled(
          outcome.isTried()
              ? recipient.deferred(now, due, error)
              : recipient.waited(now, due, error),
          outcome,
          error,
          Duration.ofMillis(due - now),
          isLate(recipient, failed));
    }

    /** A later refusal does not undo that a host may have it. */
    private static String withEarlier(Recipient recipient, String text) {
      String before = recipient.error();
      return before != null && before.contains(MAY_HAVE_IT) && !text.contains(MAY_HAVE_IT)
          ? text + "; at an earlier attempt a host " + MAY_HAVE_IT
          : text;
    }

    /** Once: at the first attempt after the mail has become too old, or its time is over. */
    private boolean isLate(Recipient recipient, DeliveryTerms.Failed failed) {
      Optional<Duration> limit = terms.lateAfter(failed);
      long before = Math.max(recipient.lastAttempt(), entry.stored());
      boolean ages =
          limit.isPresent()
              && failed.age().compareTo(limit.get()) >= 0
              && before - entry.stored() < limit.get().toMillis();
      return ages || DeliveryTime.isOver(recipient, now);
    }

    private Settled ended(
        Recipient recipient, Attempt.Outcome outcome, Recipient.State state, String why) {
      String error = EventText.bounded(withEarlier(recipient, why));
      Recipient record =
          outcome.isTried()
              ? recipient.ended(state, now, error)
              : recipient.endedUntried(state, now, error);
      return new Settled(record, outcome, error, Duration.ZERO, false);
    }
  }
}
