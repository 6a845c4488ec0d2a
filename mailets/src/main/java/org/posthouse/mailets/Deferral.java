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

/**
 * Lets a mail wait: it goes back to the queue of the processors with a delay and then enters the
 * processor it is in from the top. The context of mailets has a method for that, too, which marks
 * the mail as written by the relay itself, and such mail may be relayed; the queue marks nothing.
 */
final class Deferral {
  static final AttributeName SINCE = AttributeName.of("org.posthouse.dkim.deferredSince");

  private final MailQueueFactory<?> queues;
  private final Clock clock;
  private final Duration delay;
  private final Duration most;
  private final String afterwards;

  /**
   * @param delay until the next try
   * @param most how long from the first try on
   * @param afterwards the processor where mail goes that waited for so long
   */
  Deferral(
      MailQueueFactory<?> queues, Clock clock, Duration delay, Duration most, String afterwards) {
    this.queues = queues;
    this.clock = clock;
    this.delay = delay;
    this.most = most;
    this.afterwards = afterwards;
  }

  /**
   * Takes the mail out of this processor.
   *
   * @param why in one line
   * @throws MessagingException when the queue does not take it
   */
  void defer(Mail mail, String why) throws MessagingException {
    Instant now = clock.instant();
    Instant since =
        AttributeUtils.getValueAndCastFromMail(mail, SINCE, Long.class)
            .map(Instant::ofEpochMilli)
            .orElse(now);
    if (!now.isBefore(since.plus(most))) {
      mail.removeAttribute(SINCE);
      mail.setErrorMessage("not signed: " + why);
      mail.setState(afterwards);
      return;
    }
    mail.setAttribute(new Attribute(SINCE, AttributeValue.of(since.toEpochMilli())));
    MailQueue spool = queues.createQueue(MailQueueFactory.SPOOL);
    spool.enQueue(mail, delay);
    mail.setState(Mail.GHOST);
  }
}
