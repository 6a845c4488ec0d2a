/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Date;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.james.transport.mailets.remote.delivery.DeliveryRetriesHelper;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;

/**
 * An attempt after which a mail stays for another one: its entry stays too, and only the records of
 * its recipients are written. Stock's delivery notes attempts in the mail itself; those marks are
 * told from the records when the mail is taken again.
 *
 * @param due of the next attempt, in milliseconds since the epoch
 * @param again who is to be tried again
 */
record Deferral(long due, Set<MailAddress> again) {
  /** The last one is made by the context when it takes a bounce. */
  private static final List<AttributeName> MARKS =
      List.of(
          DeliveryRetriesHelper.DELIVERY_RETRY_COUNT,
          Bouncer.IS_DELIVERY_PERMANENT_ERROR,
          Bouncer.DELIVERY_ERROR,
          Bouncer.DELIVERY_ERROR_CODE,
          Mail.SENT_BY_MAILET_ATTRIBUTE.getName());

  static Deferral of(Mail worked, long due) {
    return new Deferral(due, Set.copyOf(worked.getRecipients()));
  }

  /**
   * Whether an entry can stay as it is: the attempt left nothing else in the mail than fewer
   * recipients and its marks.
   *
   * @param entry of the mail
   * @param before the mail as the entry has it; it is changed here
   */
  boolean leavesUnchanged(QueuedMail entry, Mail before, Mail worked) throws MessagingException {
    if (!Addresses.of(entry.queued()).containsAll(again)) {
      return false;
    }
    before.setState(worked.getState());
    before.setLastUpdated(worked.getLastUpdated());
    MARKS.forEach(mark -> copy(mark, worked, before));
    return Mails.alike(before, worked);
  }

  private static void copy(AttributeName mark, Mail from, Mail to) {
    from.getAttribute(mark).ifPresentOrElse(to::setAttribute, () -> to.removeAttribute(mark));
  }

  /** All recipients of an entry, as the attempt on its mail left them. */
  List<Recipient> records(QueuedMail entry, Outcomes outcomes, long now) {
    return entry.recipients().stream()
        .map(recipient -> recipient.isQueued() ? record(recipient, outcomes, now) : recipient)
        .toList();
  }

  private Recipient record(Recipient recipient, Outcomes outcomes, long now) {
    MailAddress address = Addresses.parse(recipient.address());
    Recipient.State state = outcomes.state(address).orElse(Recipient.State.QUEUED);
    return switch (state) {
      case DELIVERED, BOUNCED, EXPIRED, CONVERTED -> recipient.ended(state, now, null);
      case QUEUED, HELD -> recipient.deferred(now, due, null);
    };
  }

  /** Makes the marks of earlier attempts on a mail that is taken for another one. */
  static void mark(Mail mail, QueuedMail entry) {
    // What an earlier attempt left would be taken for the outcome of this one.
    mail.removeAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR);
    mail.removeAttribute(Bouncer.DELIVERY_ERROR);
    List<Recipient> tried =
        entry.queued().stream().filter(recipient -> recipient.lastAttempt() > 0).toList();
    OptionalInt attempts = tried.stream().mapToInt(Recipient::attempts).max();
    if (attempts.isPresent()) {
      long last = tried.stream().mapToLong(Recipient::lastAttempt).max().orElseThrow();
      mail.setState(Mail.ERROR);
      mail.setLastUpdated(new Date(last));
      mail.setAttribute(DeliveryRetriesHelper.makeAttribute(attempts.getAsInt()));
    }
  }
}
