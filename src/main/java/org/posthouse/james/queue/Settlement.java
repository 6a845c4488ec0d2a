/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.FailurePolicy.Disposition;
import org.posthouse.delivery.config.Ambiguous;
import org.posthouse.james.EventText;
import org.posthouse.queue.Held;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;

/**
 * What an attempt means for an entry: the records of its recipients, who has to be told, when it is
 * due again. Immutable, so that it can be stored again when the disk fails.
 *
 * @param records of all recipients, in order
 * @param ends what became of those whom the attempt was about
 * @param tells in the order in which they are to be told
 * @param due of the next attempt, in milliseconds since the epoch; 0 when there is none
 */
record Settlement(List<Recipient> records, List<End> ends, List<Tell> tells, long due) {
  /**
   * What became of a recipient.
   *
   * @param record as it is now
   * @param error why it was not delivered; null when it was
   * @param next time until the next attempt; zero without
   */
  record End(Recipient record, Attempt.Outcome outcome, @Nullable String error, Duration next) {}

  /** Something that others have to hear of some recipients. */
  @FunctionalInterface
  interface Tell {
    void to(DeliveryTerms terms, Mail mail) throws MessagingException;
  }

  /** Whether nobody waits any more. */
  boolean isOver() {
    return due == 0;
  }

  static Settlement of(
      QueuedMail entry, Attempt attempt, DeliveryTerms terms, List<String> hosts, long now) {
    Judge judge = new Judge(entry, terms, hosts, Math.max(now, attempt.notBefore()), now);
    List<Recipient> records = new ArrayList<>(entry.recipients().size());
    List<End> ends = new ArrayList<>();
    for (Recipient recipient : entry.recipients()) {
      Attempt.Outcome outcome = recipient.isQueued() ? outcome(attempt, recipient) : null;
      if (outcome == null) {
        records.add(recipient.isQueued() ? recipient.withNotBefore(now) : recipient);
      } else {
        End end = judge.end(recipient, outcome);
        records.add(end.record());
        ends.add(end);
      }
    }
    long due = Held.nextDue(records);
    return new Settlement(List.copyOf(records), List.copyOf(ends), tells(ends, terms), due);
  }

  private static Attempt.@Nullable Outcome outcome(Attempt attempt, Recipient recipient) {
    for (Attempt.Outcome outcome : attempt.outcomes()) {
      if (outcome.recipient().equals(recipient.address())) {
        return outcome;
      }
    }
    return attempt.others();
  }

  /**
   * Judges the recipients of one attempt.
   *
   * @param earliest next attempt, in milliseconds since the epoch
   */
  private record Judge(
      QueuedMail entry, DeliveryTerms terms, List<String> hosts, long earliest, long now) {
    End end(Recipient recipient, Attempt.Outcome outcome) {
      if (outcome.ruling().disposition() == Disposition.DELIVERED) {
        return delivered(recipient, outcome);
      }
      if (outcome.answer().isAmbiguous() && terms.ambiguous() != Ambiguous.RETRY) {
        return terms.ambiguous() == Ambiguous.SENT
            ? delivered(recipient, outcome)
            : ended(recipient, outcome, Recipient.State.HELD, outcome.text());
      }
      DeliveryTerms.Failed failed = failed(recipient, outcome);
      Optional<Duration> again = terms.again(failed);
      if (again.isPresent()) {
        return deferred(recipient, outcome, again.get());
      }
      return outcome.ruling().disposition() == Disposition.BOUNCED
          ? ended(recipient, outcome, Recipient.State.BOUNCED, outcome.text())
          : ended(recipient, outcome, Recipient.State.EXPIRED, terms.givenUp(failed));
    }

    private DeliveryTerms.Failed failed(Recipient recipient, Attempt.Outcome outcome) {
      return new DeliveryTerms.Failed(
          outcome,
          recipient.domain(),
          hosts,
          recipient.attempts() + 1,
          Duration.ofMillis(Math.max(0, now - entry.stored())),
          !entry.reversePath().isEmpty());
    }

    private End delivered(Recipient recipient, Attempt.Outcome outcome) {
      return new End(
          recipient.ended(Recipient.State.DELIVERED, now, null), outcome, null, Duration.ZERO);
    }

    private End deferred(Recipient recipient, Attempt.Outcome outcome, Duration wait) {
      long due = Math.max(earliest, now + wait.toMillis());
      String error = EventText.bounded(outcome.text());
      return new End(
          recipient.deferred(now, due, error), outcome, error, Duration.ofMillis(due - now));
    }

    private End ended(
        Recipient recipient, Attempt.Outcome outcome, Recipient.State state, String why) {
      String error = EventText.bounded(why);
      return new End(recipient.ended(state, now, error), outcome, error, Duration.ZERO);
    }
  }

  /** One bounce for each reason: nobody is told what a host said to another. */
  private static List<Tell> tells(List<End> ends, DeliveryTerms terms) {
    List<Tell> tells = new ArrayList<>();
    Map<String, List<End>> byReason = new LinkedHashMap<>();
    List<End> delivered = new ArrayList<>();
    for (End end : ends) {
      switch (end.record().state()) {
        case DELIVERED -> delivered.add(end);
        case BOUNCED, EXPIRED ->
            byReason.computeIfAbsent(String.valueOf(end.error()), e -> new ArrayList<>()).add(end);
        case QUEUED, HELD -> {} // nothing to tell yet
      }
    }
    if (!delivered.isEmpty() && terms.wantsSuccess()) {
      tells.add((to, mail) -> to.succeeded(with(mail, delivered)));
    }
    byReason.forEach((error, same) -> tells.add((to, mail) -> bounce(to, mail, error, same)));
    return List.copyOf(tells);
  }

  private static void bounce(DeliveryTerms to, Mail mail, String error, List<End> same)
      throws MessagingException {
    String state = mail.getState();
    End first = same.get(0);
    to.bounce(
        with(mail, same),
        first.outcome(),
        error,
        first.record().state() == Recipient.State.BOUNCED);
    mail.setState(state);
    mail.removeAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR);
    mail.removeAttribute(Bouncer.DELIVERY_ERROR);
    mail.removeAttribute(Bouncer.DELIVERY_ERROR_CODE);
  }

  private static Mail with(Mail mail, List<End> recipients) {
    mail.setRecipients(Addresses.of(recipients.stream().map(End::record).toList()));
    return mail;
  }
}
