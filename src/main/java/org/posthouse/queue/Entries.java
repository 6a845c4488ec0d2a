/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/** Reads and writes entries: envelope, content and recipients, and the hold on the body. */
public final class Entries {
  static final byte[] NOTHING = new byte[0];
  private static final int FEW = 4;

  private final Spool spool;
  private final Clock clock;

  Entries(Spool spool, Clock clock) {
    this.spool = spool;
    this.clock = clock;
  }

  /**
   * An entry; empty when there is none.
   *
   * @throws SpoolException.Unreadable when its records are damaged
   */
  public Optional<QueuedMail> find(SpoolId id) {
    byte[] record = spool.get(Table.ENVELOPE, Keys.entry(id));
    if (record == null) {
      return Optional.empty();
    }
    QueuedMail.Envelope envelope = QueuedMail.Envelope.read(record);
    List<Recipient> recipients = recipients(id, envelope.recipients());
    if (recipients.size() != envelope.recipients()) {
      throw new SpoolException.Unreadable(
          "entry " + id + " has " + recipients.size() + " recipients of " + envelope.recipients());
    }
    return Optional.of(envelope.with(id, recipients));
  }

  /** Whether there is an entry, readable or not. */
  public boolean exists(SpoolId id) {
    return spool.get(Table.ENVELOPE, Keys.entry(id)) != null;
  }

  /** The header block and attributes of an entry, as they were given. */
  public byte[] content(SpoolId id) {
    byte[] content = spool.get(Table.CONTENT, Keys.entry(id));
    if (content == null) {
      throw new SpoolException.Unreadable("the content of entry " + id + " is missing");
    }
    return content;
  }

  /** A walk costs as much as many a look-up, and most mails have one recipient. */
  private List<Recipient> recipients(SpoolId id, int expected) {
    if (expected > FEW) {
      return recipients(id);
    }
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < expected; i++) {
      byte[] record = spool.get(Table.RECIPIENT, Keys.recipient(id, i));
      if (record != null) {
        recipients.add(Recipient.read(record));
      }
    }
    return recipients;
  }

  List<Recipient> recipients(SpoolId id) {
    List<Recipient> recipients = new ArrayList<>();
    byte[] prefix = Keys.entry(id);
    try (Spool.Cursor cursor = spool.scan(Table.RECIPIENT, prefix, Keys.after(prefix))) {
      while (cursor.next()) {
        recipients.add(Recipient.read(cursor.value()));
      }
    }
    return recipients;
  }

  /** Returns the envelope as a later read gives it. */
  QueuedMail.Envelope write(Batch batch, SpoolId id, int place, Draft draft, long due)
      throws IOException {
    BodyRef body = draft.body().store(spool, batch);
    List<Recipient> recipients =
        draft.recipients().stream()
            .map(
                address ->
                    Recipient.queued(
                        address, due, draft.attempts(), draft.profile(), draft.deliverBy()))
            .toList();
    QueuedMail mail =
        new QueuedMail(
            id,
            place,
            draft.name(),
            draft.reversePath(),
            draft.priority(),
            clock.millis(),
            body,
            recipients);
    byte[] envelope = mail.toEnvelope();
    batch.put(Table.ENVELOPE, Keys.entry(id), envelope);
    batch.put(Table.CONTENT, Keys.entry(id), draft.content().octets());
    write(batch, id, recipients);
    if (body != null) {
      batch.hold(body, id);
    }
    return QueuedMail.Envelope.read(envelope);
  }

  /** Writes the records of all recipients of an entry, in order. */
  static void write(Batch batch, SpoolId id, List<Recipient> recipients) {
    for (int i = 0; i < recipients.size(); i++) {
      batch.put(Table.RECIPIENT, Keys.recipient(id, i), recipients.get(i).toRecord());
    }
  }

  /** Deletes what an entry consists of; its body goes when nobody else holds it. */
  void delete(Batch batch, SpoolId id) {
    byte[] key = Keys.entry(id);
    byte[] record = spool.get(Table.ENVELOPE, key);
    if (record != null) {
      delete(batch, id, QueuedMail.Envelope.read(record));
    }
  }

  static void delete(Batch batch, SpoolId id, QueuedMail.Envelope envelope) {
    delete(batch, id, envelope.recipients(), envelope.body());
  }

  static void delete(Batch batch, SpoolId id, int recipients, @Nullable BodyRef body) {
    byte[] key = Keys.entry(id);
    batch.deleteOnce(Table.ENVELOPE, key);
    batch.deleteOnce(Table.CONTENT, key);
    for (int i = 0; i < recipients; i++) {
      batch.delete(Table.RECIPIENT, Keys.recipient(id, i));
    }
    if (body != null) {
      batch.release(body, id);
    }
  }

  void postpone(Batch batch, SpoolId id, long due) {
    write(
        batch,
        id,
        recipients(id).stream()
            .map(recipient -> recipient.isQueued() ? recipient.withNotBefore(due) : recipient)
            .toList());
  }

  void setAside(Batch batch, SpoolId id, int place, @Nullable String reason) {
    batch.put(
        Table.ASIDE, Keys.entry(id), Aside.toRecord(clock.millis(), place, String.valueOf(reason)));
  }
}
