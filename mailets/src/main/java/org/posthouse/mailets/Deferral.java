/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.message.WaitReason;

/**
 * Lets a mail wait: it goes back to the queue of the processors with a delay and then enters the
 * processor it is in from the top. The context of mailets has a method for that, too, which marks
 * the mail as written by the relay itself, and such mail may be relayed; the queue marks nothing.
 */
final class Deferral {
  private final MailQueueFactory<?> queues;
  private final Clock clock;
  private final Duration delay;
  private final Duration most;
  private final String afterwards;
  private final AttributeName since;

  /**
   * @param delay until the next try
   * @param most how long from the first try on
   * @param afterwards the processor where mail goes that waited for so long
   * @param since the attribute that holds when the mail began to wait: each mailet has its own
   */
  Deferral(
      MailQueueFactory<?> queues,
      Clock clock,
      Duration delay,
      Duration most,
      String afterwards,
      AttributeName since) {
    this.queues = queues;
    this.clock = clock;
    this.delay = delay;
    this.most = most;
    this.afterwards = afterwards;
    this.since = since;
  }

  /**
   * Takes the mail out of this processor.
   *
   * @param why in one line
   * @throws MessagingException when the queue does not take it
   */
  void defer(Mail mail, String why) throws MessagingException {
    Instant now = clock.instant();
    Instant begin =
        AttributeUtils.getValueAndCastFromMail(mail, since, Long.class)
            .map(Instant::ofEpochMilli)
            .orElse(now);
    if (!now.isBefore(begin.plus(most))) {
      end(mail);
      mail.setErrorMessage(why);
      mail.setState(afterwards);
      return;
    }
    mail.setAttribute(new Attribute(since, AttributeValue.of(begin.toEpochMilli())));
    WaitReason.set(mail, why);
    MailQueue spool = queues.createQueue(MailQueueFactory.SPOOL);
    spool.enQueue(mail, delay);
    mail.setState(Mail.GHOST);
  }

  /** The mail waits no more: what it waits for next has its own time. */
  void end(Mail mail) {
    mail.removeAttribute(since);
    WaitReason.remove(mail);
  }
}
