/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
import org.posthouse.james.EventText;
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
        "accepted id={} from={} to={} size={} client={} login={} name={}",
        id(mail),
        EventText.path(Addresses.reversePath(mail.getMaybeSender())),
        EventText.paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        mail.getRemoteAddr(),
        EventText.word(text(mail.getAttribute(Mail.SMTP_AUTH_USER)).orElse("-")),
        EventText.word(mail.getName()));
  }

  /** A mail that a mailet made, such as a bounce, while it worked on another. */
  void generated(Mail mail, Mail cause) {
    MAIL.info(
        "generated id={} cause={} from={} to={} size={} name={}",
        id(mail),
        id(cause),
        EventText.path(Addresses.reversePath(mail.getMaybeSender())),
        EventText.paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        EventText.word(mail.getName()));
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
    for (Staged outcome : staged) {
      switch (outcome.kind()) {
        case DEFERRED -> {
          String next = " next=" + TimeSpan.text(outcome.delay());
          log("deferred", mail, take(left, outcome.recipients()), to -> next + error(mail, to));
        }
        case BOUNCED ->
            log("bounced", mail, take(left, outcome.recipients()), to -> error(mail, to));
        case OTHER -> LOGGER.trace("nothing went wrong with {}", outcome.recipients());
      }
    }
    if (mail.getAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR).isPresent()) {
      // Given up without a bounce; stock leaves the recipients that failed in the mail.
      List<String> failed = take(left, Addresses.texts(mail.getRecipients()));
      log("bounced", mail, failed, to -> error(mail, to));
    }
    // A bounce that has no sender to go to leaves no trace but the note.
    Map<Boolean, List<String>> rest =
        left.stream().collect(Collectors.partitioningBy(to -> wasDelivered(mail, to)));
    log("bounced", mail, rest.getOrDefault(false, List.of()), to -> error(mail, to));
    log("delivered", mail, rest.getOrDefault(true, List.of()), to -> "");
  }

  /** Those who were, of a mail that is tried again for all others. */
  void delivered(Mail mail, List<String> recipients) {
    log("delivered", mail, recipients, to -> "");
  }

  /** Where the delivery takes no notes, as stock's own, the rest was delivered. */
  private static boolean wasDelivered(Mail mail, String recipient) {
    return DeliveryNotes.of(mail)
        .map(notes -> notes.isDelivered(Addresses.parse(recipient)))
        .orElse(true);
  }

  private static List<String> take(List<String> left, List<String> recipients) {
    return recipients.stream().filter(left::remove).toList();
  }

  /** One line for all recipients of whom the same can be said. */
  private static void log(
      String what, Mail mail, List<String> recipients, UnaryOperator<String> more) {
    recipients.stream()
        .collect(
            Collectors.groupingBy(
                to -> host(mail, to) + more.apply(to), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (said, same) ->
                MAIL.info(
                    "{} id={} to={} name={}{}",
                    what,
                    id(mail),
                    EventText.paths(same),
                    EventText.word(mail.getName()),
                    said));
  }

  /** Left out when no host was asked, or the delivery does not tell which. */
  private static String host(Mail mail, String recipient) {
    return DeliveryNotes.of(mail)
        .flatMap(notes -> notes.host(Addresses.parse(recipient)))
        .map(host -> " host=" + EventText.word(host))
        .orElse("");
  }

  private static String error(Mail mail, String recipient) {
    String reason =
        DeliveryNotes.of(mail)
            .flatMap(notes -> notes.error(Addresses.parse(recipient)))
            .or(() -> text(mail.getAttribute(Bouncer.DELIVERY_ERROR)))
            .orElse("-");
    return " error=" + EventText.quoted(reason);
  }

  private static String id(Mail mail) {
    return QueueId.of(mail).orElse("-");
  }

  private static Optional<String> text(Optional<Attribute> attribute) {
    return attribute
        .map(Attribute::getValue)
        .map(AttributeValue::value)
        .map((@Nullable Object value) -> String.valueOf(value));
  }

  private static long size(Mail mail) {
    try {
      return mail.getMessageSize();
    } catch (MessagingException e) {
      return -1;
    }
  }
}
