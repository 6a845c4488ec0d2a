/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
import org.posthouse.delivery.Attempt;
import org.posthouse.james.EventText;
import org.posthouse.matchers.RightAttributes;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.WaitReason;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line in the log for everything that happens to a mail, with its queue id: what an
 * administrator greps for.
 */
public final class MailEvents {
  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");
  private static final String DEFERRED = "deferred";

  void accepted(Mail mail) {
    MAIL.info(
        "accepted id={} from={} to={} size={} client={} login={} credential={} identity={} name={} right={} rule={} pseudonym={} session={} message={}",
        id(mail),
        EventText.address(Addresses.reversePath(mail.getMaybeSender())),
        EventText.paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        mail.getRemoteAddr(),
        EventText.word(login(mail)),
        EventText.word(text(mail.getAttribute(RightAttributes.CREDENTIAL)).orElse("-")),
        EventText.word(text(mail.getAttribute(RightAttributes.IDENTITY)).orElse("-")),
        EventText.word(mail.getName()),
        EventText.word(text(mail.getAttribute(RightAttributes.HOW)).orElse("-")),
        EventText.word(text(mail.getAttribute(RightAttributes.RULE)).orElse("-")),
        EventText.word(text(mail.getAttribute(RightAttributes.PSEUDONYM)).orElse("-")),
        EventText.word(text(mail.getAttribute(Mail.SMTP_SESSION_ID)).orElse("-")),
        EventText.path(messageId(mail)));
  }

  /** Who logged in; a certificate is a login to stock's matchers only. */
  private static String login(Mail mail) {
    boolean other =
        text(mail.getAttribute(RightAttributes.HOW)).filter("certificate"::equals).isPresent();
    return other ? "-" : text(mail.getAttribute(Mail.SMTP_AUTH_USER)).orElse("-");
  }

  /** A mail that a mailet made, such as a bounce, while it worked on another. */
  void generated(Mail mail, Mail cause) {
    MAIL.info(
        "generated id={} cause={} from={} to={} size={} name={}",
        id(mail),
        id(cause),
        EventText.address(Addresses.reversePath(mail.getMaybeSender())),
        EventText.paths(Addresses.texts(mail.getRecipients())),
        size(mail),
        EventText.word(mail.getName()));
  }

  /** What to run once a repository has the mail: by then nobody may read the mail. */
  public Runnable kept(Mail mail, String repository) {
    String id = id(mail);
    String to = EventText.paths(Addresses.texts(mail.getRecipients()));
    String name = EventText.word(mail.getName());
    String why = EventText.quoted(Optional.ofNullable(mail.getErrorMessage()).orElse(reason(mail)));
    return () ->
        MAIL.info(
            "kept id={} to={} name={} in={} error={}",
            id,
            to,
            name,
            EventText.word(repository),
            why);
  }

  /** A mail that cannot be read is out of its queue. */
  void setAside(Mails.Remains remains, String queue, Exception reason) {
    MAIL.error(
        "aside id={} to={} queue={} error={}",
        remains.id(),
        remains.to().isEmpty() ? "-" : EventText.paths(remains.to()),
        queue,
        EventText.quoted(String.valueOf(reason.getMessage())));
  }

  /** Somebody has removed a mail from a queue; nobody is told. */
  void removed(Mails.Remains remains, String queue) {
    MAIL.info(
        "removed id={} to={} queue={}",
        remains.id(),
        remains.to().isEmpty() ? "-" : EventText.paths(remains.to()),
        queue);
  }

  /** A chain has returned a mail to its sender; an attempt of delivery tells of it itself. */
  public void bounced(Mail mail, List<MailAddress> recipients) {
    log("bounced", mail, recipients, to -> error(mail));
  }

  /** What an attempt of remote delivery came to. */
  void attempted(Mail mail, Outcomes outcomes) {
    log(
        "deferred",
        mail,
        outcomes.recipients(Recipient.State.QUEUED),
        to -> " next=" + TimeSpan.text(outcomes.next(to)) + error(mail));
    log("bounced", mail, outcomes.recipients(Recipient.State.BOUNCED), to -> error(mail));
    delivered(mail, outcomes.recipients(Recipient.State.DELIVERED));
  }

  /** What an attempt of delivery came to, for when it is stored. */
  List<String> settled(String id, QueuedMail entry, Settlement settlement) {
    Map<Said, List<String>> lines = new LinkedHashMap<>();
    for (Settled end : settlement.ends()) {
      lines.computeIfAbsent(said(end), key -> new ArrayList<>(1)).add(end.record().address());
    }
    String name = EventText.word(entry.name());
    return lines.entrySet().stream()
        .map(
            each ->
                each.getKey().what()
                    + " id="
                    + id
                    + " to="
                    + EventText.paths(each.getValue())
                    + " name="
                    + name
                    + each.getKey().more())
        .toList();
  }

  /** Whether a line of {@link #settled} is of somebody for whom no attempt follows by itself. */
  static boolean isEnd(String line) {
    return !line.startsWith(DEFERRED + " ");
  }

  /** Logs lines of {@link #settled}. */
  void log(List<String> lines) {
    lines.forEach(MAIL::info);
  }

  /** Logs a line that the relay may have logged before it was killed. */
  void again(String line) {
    MAIL.info("{} logged=again", line);
  }

  /** As {@link #settled}, of recipients whose record is all that is known of the attempt. */
  void deferred(
      String id, QueuedMail entry, List<Recipient> recipients, Attempt.Peer host, long now) {
    for (Recipient recipient : recipients) {
      MAIL.info(
          "deferred id={} to={} name={} host={} next={} error={} logged=again",
          id,
          EventText.address(recipient.address()),
          EventText.word(entry.name()),
          EventText.word(String.valueOf(host.host())),
          TimeSpan.text(Duration.ofMillis(Math.max(0, recipient.notBefore() - now))),
          EventText.quoted(String.valueOf(recipient.error())));
    }
  }

  /** A mailet lets a mail wait; what to run once that is stored. */
  Runnable waits(Mail mail, Duration delay) {
    String id = id(mail);
    String to = EventText.paths(Addresses.texts(mail.getRecipients()));
    String name = EventText.word(mail.getName());
    String why = EventText.quoted(WaitReason.of(mail).orElse("-"));
    return () ->
        MAIL.info(
            "deferred id={} to={} name={} next={} error={}",
            id,
            to,
            name,
            TimeSpan.text(delay),
            why);
  }

  /** What a rule of the configuration did with a mail: discarded or held. */
  void ruled(String what, String id, QueuedMail entry, String rule) {
    MAIL.info(
        "{} id={} to={} name={} rule={}",
        what,
        id,
        EventText.paths(entry.queued().stream().map(Recipient::address).toList()),
        EventText.word(entry.name()),
        EventText.quoted(rule));
  }

  /** What can be said of several recipients on one line. */
  private record Said(String what, String more) {}

  private static Said said(Settled end) {
    String asked = end.outcome().host();
    String host = asked == null ? "" : " host=" + EventText.word(asked);
    Attempt.Peer peer = end.outcome().peer();
    String tls = peer == null ? "" : " tls=" + peer.protection();
    String error = " error=" + EventText.quoted(String.valueOf(end.error()));
    return switch (end.record().state()) {
      case DELIVERED -> new Said("delivered", host + tls + taken(end));
      case CONVERTED -> new Said("converted", host + error);
      case HELD -> new Said("held", host + error);
      case QUEUED -> new Said(DEFERRED, host + " next=" + TimeSpan.text(end.next()) + error);
      case BOUNCED, EXPIRED -> new Said("bounced", host + error);
    };
  }

  /** What the host said, which often has its own id of the mail; or why it may not have it. */
  private static String taken(Settled end) {
    boolean assumed = end.outcome().answer().isAmbiguous(); // the configuration says it has it
    return (assumed ? " error=" : " reply=") + EventText.quoted(end.outcome().text());
  }

  void delivered(Mail mail, List<MailAddress> recipients) {
    log("delivered", mail, recipients, to -> "");
  }

  /** One line for all recipients of whom the same can be said. */
  private static void log(
      String what, Mail mail, List<MailAddress> recipients, Function<MailAddress, String> more) {
    recipients.stream()
        .collect(Collectors.groupingBy(more, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (said, same) ->
                MAIL.info(
                    "{} id={} to={} name={}{}",
                    what,
                    id(mail),
                    EventText.paths(Addresses.texts(same)),
                    EventText.word(mail.getName()),
                    said));
  }

  private static String error(Mail mail) {
    return " error=" + EventText.quoted(reason(mail));
  }

  /** What a delivery or a chain says of why the mail goes no further. */
  private static String reason(Mail mail) {
    return text(mail.getAttribute(Bouncer.DELIVERY_ERROR)).orElse("-");
  }

  /** Without its brackets; empty where there is none that can be read. */
  private static String messageId(Mail mail) {
    try {
      return RawHeaders.of(mail.getMessage()).fields().stream()
          .filter(field -> !field.removed() && field.is("Message-ID"))
          .map(field -> field.value().strip().replaceAll("^<|>$", ""))
          .findFirst()
          .orElse("");
    } catch (MessagingException e) {
      return "";
    }
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
