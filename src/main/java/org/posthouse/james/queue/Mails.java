/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.server.core.MailImpl;
import org.apache.james.transport.mailets.remote.delivery.DeliveryRetriesHelper;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.message.Needs;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.queue.Draft;
import org.posthouse.queue.Entries;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;

/** James' mails to entries of the store and back. */
public final class Mails {
  private final Spool spool;
  private final Entries entries;

  public Mails(Spool spool, Entries entries) {
    this.spool = spool;
    this.entries = entries;
  }

  /**
   * Hands over a mail to be stored. A body that is in the store already is referred to, not written
   * again.
   */
  public static void store(Mail mail, Consumer<Draft> storing) throws MessagingException {
    MimeMessage message = mail.getMessage();
    RelayMessage relay = message == null ? null : RelayMessage.of(message);
    try {
      storing.accept(draft(mail, relay));
    } finally {
      if (relay != null && relay != message) {
        relay.dispose();
      }
    }
  }

  private static Draft draft(Mail mail, @Nullable RelayMessage relay) throws MessagingException {
    byte[] header = relay == null ? null : relay.headerOctets();
    return new Draft(
        mail.getName(),
        Addresses.reversePath(mail.getMaybeSender()),
        Addresses.texts(mail.getRecipients()),
        priority(mail),
        attempts(mail),
        DeliveryIdentity.of(mail),
        Needs.deliverBy(mail).orElse(null),
        new Draft.Content(MailRecord.write(mail, header)),
        body(relay));
  }

  /** Whether two mails are the same to the store, their recipients and attempts apart. */
  static boolean alike(Mail one, Mail other) throws MessagingException {
    return one.getName().equals(other.getName())
        && one.getMaybeSender().equals(other.getMaybeSender())
        && body(one).equals(body(other))
        && Arrays.equals(
            MailRecord.write(one, header(one)), MailRecord.write(other, header(other)));
  }

  /** Something that is the same for the same body in the store, and for none. */
  private static Object body(Mail mail) throws MessagingException {
    MimeMessage message = mail.getMessage();
    if (message instanceof RelayMessage relay && !relay.bodyIsModified()) {
      return Optional.ofNullable(relay.storedBodyId());
    }
    return message == null ? Optional.empty() : message;
  }

  private static byte @Nullable [] header(Mail mail) throws MessagingException {
    return mail.getMessage() instanceof RelayMessage relay ? relay.headerOctets() : null;
  }

  private static Draft.Body body(@Nullable RelayMessage message) {
    if (message == null) {
      return Draft.Body.of(InputStream.nullInputStream(), 0);
    }
    String stored = message.storedBodyId();
    if (stored != null) {
      return Draft.Body.stored(BodyRef.parse(stored));
    }
    return (spool, batch) -> {
      try (InputStream octets = message.openBody()) {
        return Draft.Body.of(octets, message.bodySize()).store(spool, batch);
      } catch (MessagingException e) {
        throw new IOException("the body of a mail cannot be read", e);
      }
    };
  }

  /** As stock's delivery counts them. */
  private static int attempts(Mail mail) {
    Object value =
        mail.getAttribute(DeliveryRetriesHelper.DELIVERY_RETRY_COUNT)
            .<Object>map(attribute -> attribute.getValue().value())
            .orElse(0);
    return value instanceof Integer count ? Math.max(0, count) : 0;
  }

  /** 0 to 9; what is no number counts as normal, as in stock. */
  private static int priority(Mail mail) {
    Object value =
        mail.getAttribute(MailPrioritySupport.MAIL_PRIORITY)
            .<Object>map(attribute -> attribute.getValue().value())
            .orElse(MailPrioritySupport.NORMAL_PRIORITY);
    int priority = value instanceof Integer number ? number : MailPrioritySupport.NORMAL_PRIORITY;
    return Math.max(0, Math.min(MailPrioritySupport.HIGH_PRIORITY, priority));
  }

  /**
   * A stored mail with what it was made from.
   *
   * @param content header block and attributes, as they are stored
   */
  record Loaded(QueuedMail entry, Draft.Content content, Mail mail) {}

  /**
   * A stored mail.
   *
   * @throws SpoolException.Unreadable when it is not there or damaged
   */
  Loaded load(SpoolId id) {
    return read(id).orElseThrow(() -> new SpoolException.Unreadable("entry " + id + " is missing"));
  }

  /**
   * A stored mail, empty when there is none, or none any more: an entry that goes while it is read
   * looks damaged.
   *
   * @throws SpoolException.Unreadable when it is damaged, in whatever way
   */
  public Optional<Mail> find(SpoolId id) {
    return read(id).map(Loaded::mail);
  }

  private Optional<Loaded> read(SpoolId id) {
    try {
      return entries.find(id).map(this::load);
    } catch (SpoolException.Unreadable e) {
      if (!entries.exists(id)) {
        return Optional.empty();
      }
      throw e;
    } catch (SpoolException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new SpoolException.Unreadable("entry " + id + " makes no mail: " + e.getMessage(), e);
    }
  }

  private Loaded load(QueuedMail entry) {
    Draft.Content content = new Draft.Content(entries.content(entry.id()));
    return new Loaded(entry, content, make(entry, content));
  }

  /**
   * What can be said of an entry that makes no mail.
   *
   * @param id the queue id, or that of the entry where not even this can be read
   * @param to who is waited for; empty when unknown
   */
  record Remains(String id, List<String> to) {}

  Remains remains(SpoolId id) {
    return new Remains(
        readable(() -> StoredContent.read(entries.content(id)).queueId())
            .flatMap(found -> found)
            .orElseGet(id::toString),
        readable(() -> entries.find(id))
            .flatMap(found -> found)
            .map(entry -> entry.queued().stream().map(Recipient::address).toList())
            .orElse(List.of()));
  }

  private static <T> Optional<T> readable(Supplier<T> part) {
    try {
      return Optional.of(part.get());
    } catch (SpoolException e) {
      return Optional.empty();
    }
  }

  /** The mail of an entry once more, as it is stored; nothing is read from the store. */
  Mail make(QueuedMail entry, Draft.Content content) {
    MailImpl.Builder builder =
        MailImpl.builder()
            .name(entry.name())
            .sender(Addresses.sender(entry.reversePath()))
            .addRecipients(Addresses.of(entry.queued()));
    byte[] header = MailRecord.read(content.octets(), builder);
    MailImpl mail = builder.build();
    if (header != null) {
      attach(mail, new RelayMessage(new StoredOctets(spool, header, entry.body())));
    }
    return mail;
  }

  private static void attach(MailImpl mail, RelayMessage message) {
    try {
      mail.setMessageNoCopy(message);
    } catch (MessagingException e) {
      throw new SpoolException("a stored message cannot be used", e);
    }
  }
}
