/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.apache.mailet.ProcessingState;
import org.jspecify.annotations.Nullable;
import org.posthouse.dsn.Report;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.Addresses;
import org.posthouse.james.queue.MailEvents;
import org.posthouse.james.queue.OutgoingQueue;
import org.posthouse.james.queue.Settled;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the outcomes of one RemoteDelivery: processors that its parameters name, as stock does,
 * and otherwise the sender.
 */
final class Notices {
  private static final Logger LOGGER = LoggerFactory.getLogger(Notices.class);

  /** Octets: conversion has the message in memory, several times while it is encoded. */
  private static final long MOST_CONVERTED = Runtime.getRuntime().maxMemory() / 16;

  private static final Object CONVERSION = new Object();

  private final WrittenParameters written;
  private final MailetContext context;
  private final Optional<ProcessingState> doubleBounces;
  private final Optional<ProcessingState> eightBit;
  private final boolean tellsPostmaster;
  private final MailEvents events = new MailEvents();
  private final Reports reports;

  /**
   * Notices.
   *
   * @param doubleBounces where mail without a sender goes that cannot be delivered
   * @param tellsPostmaster whether the postmaster hears of such mail where it goes nowhere
   * @param eightBit where mail goes that was converted to 7 bits
   */
  Notices(
      WrittenParameters written,
      MailetContext context,
      Optional<ProcessingState> doubleBounces,
      Optional<ProcessingState> eightBit,
      boolean tellsPostmaster,
      Reports reports) {
    this.written = written;
    this.context = context;
    this.doubleBounces = doubleBounces;
    this.eightBit = eightBit;
    this.tellsPostmaster = tellsPostmaster;
    this.reports = reports;
  }

  /**
   * Tells of outcomes.
   *
   * @param lifetime age at which the mail is given up; null when that is not known
   */
  void tell(Mail mail, QueuedMail entry, List<Settled> ends, @Nullable Duration lifetime)
      throws MessagingException {
    List<Settled> delivered = those(ends, Settled::isDelivered);
    List<Settled> failed = those(ends, Settled::isFailed);
    if (!delivered.isEmpty()) {
      succeeded(mail, delivered);
    }
    if (mail.hasSender()) {
      reports.send(Report.Kind.SUCCESS, mail, entry, delivered, null);
      reports.send(
          Report.Kind.DELAY,
          mail,
          entry,
          those(ends, Settled::late),
          lifetime == null ? null : Instant.ofEpochMilli(entry.stored()).plus(lifetime));
    }
    if (!failed.isEmpty()) {
      failed(mail, entry, failed);
    }
    List<Settled> converted = those(ends, Settled::isConverted);
    if (!converted.isEmpty()) {
      convert(mail, entry, converted);
    }
  }

  /** Signatures do not survive it, so the mail goes to a processor that signs again. */
  private void convert(Mail mail, QueuedMail entry, List<Settled> ends) throws MessagingException {
    if (mail.getMessageSize() > MOST_CONVERTED) {
      unconverted(mail, entry, ends, "it is too large");
      return;
    }
    synchronized (CONVERSION) { // one in memory at a time
      convertWithin(mail, entry, ends);
    }
  }

  private void convertWithin(Mail mail, QueuedMail entry, List<Settled> ends)
      throws MessagingException {
    Mail copy = mail.duplicate();
    try {
      SevenBits.convert(copy.getMessage());
    } catch (MessagingException | IOException | RuntimeException e) {
      LifecycleUtil.dispose(copy);
      unconverted(mail, entry, ends, String.valueOf(e.getMessage()));
      return;
    }
    try {
      copy.setRecipients(addresses(ends));
      copy.setAttribute(new Attribute(OutgoingQueue.CONVERTED, AttributeValue.of(true)));
      copy.removeAttribute(Needs.BINARYMIME.attribute());
      context.sendMail(copy, eightBit.orElseThrow().getValue());
    } finally {
      LifecycleUtil.dispose(copy);
    }
  }

  /** Its host takes no other mail: what was called converted is bounced. */
  private void unconverted(Mail mail, QueuedMail entry, List<Settled> ends, String why)
      throws MessagingException {
    LOGGER.warn("mail {} cannot be converted to 7 bits: {}", mail.getName(), why);
    mail.setAttribute(
        new Attribute(
            Bouncer.DELIVERY_ERROR, AttributeValue.of(String.valueOf(ends.get(0).error()))));
    events.bounced(mail, addresses(ends));
    failed(mail, entry, ends);
  }

  boolean converts() {
    return eightBit.isPresent();
  }

  private static List<Settled> those(List<Settled> ends, Predicate<Settled> which) {
    return ends.stream().filter(which).toList();
  }

  private void succeeded(Mail mail, List<Settled> delivered) throws MessagingException {
    Optional<ProcessingState> processor = written.getOnSuccess();
    if (processor.isPresent()) {
      Mail copy = mail.duplicate();
      try {
        copy.setRecipients(addresses(delivered));
        context.sendMail(copy, processor.get().getValue());
      } finally {
        LifecycleUtil.dispose(copy);
      }
    }
  }

  private void failed(Mail mail, QueuedMail entry, List<Settled> failed) throws MessagingException {
    Optional<ProcessingState> processor =
        mail.hasSender() ? written.getBounceProcessor() : doubleBounces;
    if (processor.isPresent()) {
      for (List<Settled> same : byReason(failed)) {
        send(mail, same, processor.get());
      }
    } else if (mail.hasSender()) {
      reports.send(Report.Kind.FAILURE, mail, entry, failed, null);
    } else if (tellsPostmaster) {
      reports.tellPostmaster(mail, entry, failed);
    }
  }

  /** One mail for each reason: nobody is told what a host said to another. */
  private static Iterable<List<Settled>> byReason(List<Settled> failed) {
    Map<String, List<Settled>> byReason =
        failed.stream()
            .collect(
                Collectors.groupingBy(
                    end -> String.valueOf(end.error()), LinkedHashMap::new, Collectors.toList()));
    return byReason.values();
  }

  /** With the attributes that stock's processors of bounces look at. */
  private void send(Mail mail, List<Settled> same, ProcessingState processor)
      throws MessagingException {
    Settled first = same.get(0);
    boolean permanent = first.record().state() == Recipient.State.BOUNCED;
    SmtpReply reply = first.outcome().answer().reply();
    mail.setRecipients(addresses(same));
    mail.setAttribute(
        new Attribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR, AttributeValue.of(permanent)));
    mail.setAttribute(
        new Attribute(Bouncer.DELIVERY_ERROR, AttributeValue.of(String.valueOf(first.error()))));
    mail.removeAttribute(Bouncer.DELIVERY_ERROR_CODE);
    if (reply != null && mail.hasSender()) {
      mail.setAttribute(
          new Attribute(Bouncer.DELIVERY_ERROR_CODE, AttributeValue.of(reply.code())));
    }
    context.sendMail(mail, processor.getValue());
  }

  private static List<MailAddress> addresses(List<Settled> ends) {
    return Addresses.of(ends.stream().map(Settled::record).toList());
  }
}
