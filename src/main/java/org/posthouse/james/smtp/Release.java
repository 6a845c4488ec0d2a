/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.identity.limits.LimitReached;
import org.posthouse.identity.limits.Limits;
import org.posthouse.james.command.LimitCheck;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.QueueId;

/**
 * The time that a client has asked its mail to be released at (RFC 4865): only then do limits that
 * hold count it, since mail of many hours, each with the hold that is left, would leave at once.
 */
public final class Release {
  private static final AttributeName BOOKED = AttributeName.of("org.posthouse.booked");

  private final Limits limits;
  private final MailQueueFactory<?> queues;
  private final Clock clock;

  @Inject
  public Release(Limits limits, MailQueueFactory<?> queues, Clock clock) {
    this.limits = limits;
    this.queues = queues;
    this.clock = clock;
  }

  /** Notes what limits are to count when the mail is released. */
  static void note(Mail mail, String booked) {
    mail.setAttribute(new Attribute(BOOKED, AttributeValue.of(booked)));
  }

  /** A limit does not hold a mail for longer than until it has to be returned (RFC 2852). */
  static Duration bound(Duration hold, Optional<DeliverBy> by, long now) {
    return by.filter(DeliverBy::returns)
        .map(each -> Duration.ofMillis(Math.max(0, each.deadline() - now)))
        .filter(rest -> rest.compareTo(hold) < 0)
        .orElse(hold);
  }

  /**
   * Whether a mail that the spool queue has handed out goes on now. One that a limit holds is in
   * that queue again, and is counted already when it comes next. What is counted of a mail whose
   * way is repeated after a failure is counted twice: less leaves then, never more.
   *
   * @throws MailQueue.MailQueueException when it cannot be stored
   */
  public boolean goesOn(Mail mail) throws MailQueue.MailQueueException {
    Optional<String> booked =
        mail.removeAttribute(BOOKED)
            .map(attribute -> String.valueOf((Object) attribute.getValue().value()));
    Optional<LimitReached> reached = booked.flatMap(limits::release);
    Duration hold =
        bound(
            reached.flatMap(LimitReached::frees).orElse(Duration.ZERO),
            Needs.deliverBy(mail),
            clock.millis());
    if (reached.isEmpty() || hold.isZero()) {
      return true;
    }
    queues.createQueue(MailQueueFactory.SPOOL).enQueue(mail, hold);
    LimitCheck.logHeld(reached.get(), QueueId.of(mail).orElse("-"), mail.getRemoteAddr());
    return false;
  }
}
