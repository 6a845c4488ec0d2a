/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.commons.configuration2.Configuration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.command.LimitCheck;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.queue.QueueFullException;
import org.posthouse.james.queue.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a received mail into the spool queue. The queue returns when the mail is on disk, so the 250
 * that follows is a promise; it names the mail's id in our queue.
 */
public final class EnqueueHandler implements JamesMessageHook {
  private static final Logger LOGGER = LoggerFactory.getLogger(EnqueueHandler.class);

  private final MailQueueFactory<?> queues;
  private final Clock clock;
  private @Nullable MailQueue spool;

  @Inject
  public EnqueueHandler(MailQueueFactory<?> queues, Clock clock) {
    this.queues = queues;
    this.clock = clock;
  }

  @Override
  public void init(Configuration configuration) {
    spool = queues.createQueue(MailQueueFactory.SPOOL);
  }

  @Override
  public void destroy() {
    try {
      if (spool != null) {
        spool.close();
      }
    } catch (IOException e) {
      LOGGER.debug("close", e);
    }
  }

  @Override
  public HookResult onMessage(SMTPSession session, Mail mail) {
    try {
      enqueue(session, mail);
    } catch (QueueFullException e) {
      LOGGER.warn("Mail refused for now: {}", e.getMessage());
      return refuse("452", "4.3.1 Insufficient system storage, please try again later");
    } catch (MailQueue.MailQueueException | RuntimeException e) {
      LOGGER.error("Mail {} could not be queued", mail.getName(), e);
      return refuse("451", "4.3.0 Local error, please try again later");
    }
    Optional<String> id = QueueId.of(mail);
    LimitCheck.logHeld(RelaySession.of(session), id.orElse("-"));
    return HookResult.builder()
        .hookReturnCode(HookReturnCode.ok())
        .smtpDescription("2.6.0 Message received" + id.map(value -> " as " + value).orElse(""))
        .build();
  }

  private void enqueue(SMTPSession session, Mail mail) throws MailQueue.MailQueueException {
    MailQueue queue = spool;
    if (queue == null) {
      throw new IllegalStateException("not initialised");
    }
    RelaySession own = RelaySession.of(session);
    LimitCheck.booked(own).ifPresent(booked -> Release.note(mail, booked));
    Duration asked = own.transaction().hold().orElse(Duration.ZERO);
    Duration hold =
        asked.isZero()
            ? Release.bound(LimitCheck.hold(own), own.transaction().deliverBy(), clock.millis())
            : asked;
    if (!hold.isZero()) {
      queue.enQueue(mail, hold);
    } else {
      queue.enQueue(mail);
    }
  }

  private static HookResult refuse(String code, String text) {
    return HookResult.builder()
        .hookReturnCode(HookReturnCode.denySoft())
        .smtpReturnCode(code)
        .smtpDescription(text)
        .build();
  }
}
