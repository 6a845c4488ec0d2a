/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.SpoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line in the log for everything that happens to a mail, with its queue id: what an
 * administrator greps for.
 */
final class MailEvents {
  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");
  private static final Logger LOGGER = LoggerFactory.getLogger(MailEvents.class);

  void accepted(Mail mail) {
    MAIL.info(
        "accepted id={} from=<{}> to={} size={} client={} login={} name={}",
        id(mail),
        Addresses.reversePath(mail.getMaybeSender()),
        paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        mail.getRemoteAddr(),
        text(mail.getAttribute(Mail.SMTP_AUTH_USER)).orElse("-"),
        mail.getName());
  }

  /** A mail that a mailet made, such as a bounce. */
  void generated(Mail mail) {
    MAIL.info(
        "generated id={} from=<{}> to={} size={} name={}",
        id(mail),
        Addresses.reversePath(mail.getMaybeSender()),
        paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        mail.getName());
  }

  void setAside(SpoolId entry, String queue, Exception reason) {
    LOGGER.error("entry {} of queue {} set aside: {}", entry, queue, reason.getMessage());
  }

  /**
   * What an attempt of remote delivery came to, told by what it left: recipients enqueued again are
   * deferred, those in a bounce or under an error are bounced, all others were delivered.
   */
  void attempted(Mail mail, List<String> recipients, List<Staged> staged) {
    List<String> left = new ArrayList<>(recipients);
    String error = "error=" + quoted(text(mail.getAttribute(Bouncer.DELIVERY_ERROR)).orElse("-"));
    for (Staged outcome : staged) {
      switch (outcome.kind()) {
        case DEFERRED ->
            log("deferred", mail, take(left, outcome.recipients()), "next=" + outcome.delay());
        case BOUNCED -> log("bounced", mail, take(left, outcome.recipients()), error);
        case OTHER -> LOGGER.trace("nothing went wrong with {}", outcome.recipients());
      }
    }
    if (mail.getAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR).isPresent()) {
      // Given up without a bounce; stock leaves the recipients that failed in the mail.
      log("bounced", mail, take(left, Addresses.texts(mail.getRecipients())), error);
    }
    log("delivered", mail, left, "");
  }

  private static List<String> take(List<String> left, List<String> recipients) {
    return recipients.stream().filter(left::remove).toList();
  }

  private static void log(String what, Mail mail, Collection<String> recipients, String more) {
    if (!recipients.isEmpty()) {
      MAIL.info(
          "{} id={} to={} name={}{}",
          what,
          id(mail),
          paths(recipients),
          mail.getName(),
          more.isEmpty() ? "" : " " + more);
    }
  }

  private static String id(Mail mail) {
    return QueueId.of(mail).orElse("-");
  }

  private static String paths(Collection<String> addresses) {
    return addresses.stream().map(address -> "<" + address + ">").collect(Collectors.joining(","));
  }

  private static Optional<String> text(Optional<Attribute> attribute) {
    return attribute
        .map(Attribute::getValue)
        .map(AttributeValue::value)
        .map((@Nullable Object value) -> String.valueOf(value));
  }

  private static String quoted(String text) {
    return '"' + text.replaceAll("[\\p{Cntrl}\"]+", " ").trim() + '"';
  }

  private static long size(Mail mail) {
    try {
      return mail.getMessageSize();
    } catch (MessagingException e) {
      return -1;
    }
  }
}
