/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.impl.MailetConfigImpl;
import org.apache.james.mailetcontainer.impl.ProcessorUtil;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.transport.mailets.Bounce;
import org.apache.james.transport.mailets.DSNBounce;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.james.util.MDCBuilder;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.base.MailetPipelineLogging;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.MailEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one mailet on one mail and does what its onMailetException says when it fails. */
final class MailetStep {
  private static final Logger LOGGER = LoggerFactory.getLogger(MailetStep.class);

  /** One line for each mailet that works on a mail, at DEBUG: the trial reads them. */
  private static final Logger STEPS = LoggerFactory.getLogger("org.posthouse.steps");

  private static final MailEvents EVENTS = new MailEvents();

  private final RelayProcessor processor;
  private final Mailet mailet;

  MailetStep(RelayProcessor processor, Mailet mailet) {
    this.processor = processor;
    this.mailet = mailet;
  }

  /** Throws what the mailet threw only when it is configured to propagate. */
  @SuppressWarnings("try") // The logging context is opened and closed, never read.
  void process(Mail mail) throws MessagingException {
    long start = System.nanoTime();
    TimeMetric timer = processor.metrics().timer(mailet.getClass().getSimpleName());
    Throwable failure = null;
    try (Closeable context = context(mail)) {
      MailetPipelineLogging.logBeginOfMailetProcess(mailet, mail);
      logStep(mail);
      boolean returned = returnsToSender(mail);
      List<MailAddress> recipients = List.copyOf(mail.getRecipients());
      mailet.service(mail);
      if (returned) {
        EVENTS.bounced(mail, recipients);
      }
    } catch (Exception | NoClassDefFoundError e) {
      failure = e;
      afterFailure(mail, e);
    } finally {
      timer.stopAndPublish();
      MailetPipelineLogging.logEndOfMailetProcess(mailet, mail);
      if (mail.getRecipients().isEmpty()) {
        mail.setState(Mail.GHOST);
      }
      tellListeners(mail, (System.nanoTime() - start) / 1_000_000, failure);
    }
  }

  /** Whether the mailet is about to bounce a mail of which no delivery has said so. */
  private boolean returnsToSender(Mail mail) {
    String action = mailet.getMailetConfig().getInitParameter("action");
    return (mailet instanceof DSNBounce || mailet instanceof Bounce)
        && (action == null || action.trim().equalsIgnoreCase("failed"))
        && mail.hasSender()
        && mail.getAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR).isEmpty();
  }

  private void logStep(Mail mail) {
    if (STEPS.isDebugEnabled()) {
      STEPS.debug(
          "step processor={} mailet={} name={}",
          mail.getState(),
          mailet.getMailetConfig().getMailetName(),
          mail.getName());
    }
  }

  private void afterFailure(Mail mail, Throwable failure) throws MessagingException {
    String reaction = reaction().orElse(Mail.ERROR).trim();
    if (reaction.equalsIgnoreCase("ignore")) {
      LOGGER.warn("Mailet {} failed on {}: ignored", mailet, mail.getName(), failure);
      ProcessorUtil.verifyMailAddresses(mail.getRecipients());
    } else if (reaction.equalsIgnoreCase("propagate")) {
      throw Failure.<RuntimeException>rethrow(failure);
    } else {
      String name = mailet.getMailetConfig().getMailetName();
      ProcessorUtil.handleException(failure, mail, name, processor.nameOf(reaction), LOGGER);
    }
  }

  private Optional<String> reaction() {
    MailetConfig config = mailet.getMailetConfig();
    return config instanceof MailetConfigImpl
        ? Optional.ofNullable(config.getInitParameter("onMailetException"))
        : Optional.empty();
  }

  private void tellListeners(Mail mail, long millis, @Nullable Throwable failure) {
    processor
        .getListeners()
        .forEach(l -> l.afterMailet(mailet, mail.getName(), mail.getState(), millis, failure));
  }

  private Closeable context(Mail mail) {
    String session =
        mail.getAttribute(Mail.SMTP_SESSION_ID)
            .map(attribute -> attribute.getValue().value().toString())
            .orElse(null);
    return MDCBuilder.create()
        .addToContext(MDCBuilder.PROTOCOL, "MAILET")
        .addToContext(MDCBuilder.ACTION, "MAILET")
        .addToContext(MDCBuilder.HOST, mail.getRemoteHost())
        .addToContext(MDCBuilder.SESSION_ID, session)
        .addToContext("state", mail.getState())
        .addToContext("mailet", mailet.getClass().getSimpleName())
        .addToContext("mail", mail.getName())
        .addToContext("recipients", List.copyOf(mail.getRecipients()).toString())
        .addToContext("sender", mail.getMaybeSender().asString())
        .build();
  }
}
