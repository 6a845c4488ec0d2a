/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.DamagedSpool;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * Copies every entry of a damaged store that can be read whole into another store, with its id, its
 * place and its due time. Used once.
 */
public final class Rescue {
  /** An entry that was not copied, and why. */
  public record Left(SpoolId id, String reason) {}

  /**
   * What became of the entries.
   *
   * @param copied how many are whole in the new store
   * @param left the others
   */
  public record Outcome(long copied, List<Left> left) {}

  private final DamagedSpool from;
  private final Spool to;
  private final Consumer<byte[]> contentCheck;
  private final boolean doubtfulToo;
  private final Map<SpoolId, byte[]> due = new HashMap<>();
  private final Map<SpoolId, byte[]> stored = new HashMap<>();
  private final Set<Integer> queues = new HashSet<>();
  private final Set<Integer> repositories = new HashSet<>();
  private final Set<Long> bodies = new HashSet<>();

  /**
   * A rescue that has not begun.
   *
   * @param to an empty store
   * @param contentCheck throws {@link SpoolException.Unreadable} for content that is damaged
   * @param doubtfulToo whether mail is copied that may have been delivered or removed already
   */
  public Rescue(DamagedSpool from, Spool to, Consumer<byte[]> contentCheck, boolean doubtfulToo) {
    this.doubtfulToo = doubtfulToo;
    this.from = from;
    this.to = to;
    this.contentCheck = contentCheck;
  }

  /** Copies what is whole. */
  public Outcome run() {
    copyNames();
    readPlaces();
    Set<SpoolId> ids = new TreeSet<>(due.keySet());
    ids.addAll(stored.keySet());
    for (Table table : List.of(Table.ENVELOPE, Table.CONTENT, Table.RECIPIENT)) {
      ids.addAll(from.ids(table));
    }
    long copied = 0;
    List<Left> left = new ArrayList<>();
    for (SpoolId id : ids) {
      try {
        copy(id);
        copied++;
      } catch (SpoolException.Unreadable e) {
        left.add(new Left(id, String.valueOf(e.getMessage())));
      }
    }
    to.commit(new Batch(), Durability.SYNCED).join();
    return new Outcome(copied, left);
  }

  private void copyNames() {
    Batch batch = new Batch();
    each(
        Table.META,
        (key, value) -> {
          if (!new String(key, StandardCharsets.UTF_8).equals("format")) {
            batch.put(Table.META, key, value);
          }
        });
    to.commit(batch, Durability.SYNCED).join();
    queues.addAll(new Places(to, "queue").all().values());
    repositories.addAll(new Places(to, "repository").all().values());
  }

  private void readPlaces() {
    each(Table.DUE, (key, value) -> due.put(Slot.read(key).id(), key));
    each(Table.REPOSITORY, (key, value) -> stored.put(Keys.entry(value), key));
  }

  private interface Use {
    void of(byte[] key, byte[] value);
  }

  private void each(Table table, Use use) {
    try (Spool.Cursor cursor = from.scan(table, new byte[0], new byte[0])) {
      while (cursor.next()) {
        use.of(cursor.key(), cursor.value());
      }
    }
  }

  private void copy(SpoolId id) {
    byte[] key = Keys.entry(id);
    byte[] record = required(Table.ENVELOPE, key, "envelope");
    QueuedMail.Envelope envelope = QueuedMail.Envelope.read(record);
    byte[] content = required(Table.CONTENT, key, "header block");
    contentCheck.accept(content);
    Batch batch = new Batch();
    batch.put(Table.ENVELOPE, key, record).put(Table.CONTENT, key, content);
    List<Recipient> recipients = copyRecipients(batch, id, envelope.recipients());
    if (!doubtfulToo && from.isDoubtful(id)) {
      throw new SpoolException.Unreadable("it may have been delivered or removed already");
    }
    copyPlace(batch, id, envelope, recipients);
    BodyRef body = envelope.body();
    if (body != null) {
      copyBody(batch, body);
      batch.hold(body, id);
    }
    to.commit(batch, Durability.ORDERED).join();
    if (body != null) {
      bodies.add(body.id());
    }
  }

  private byte[] required(Table table, byte[] key, String what) {
    byte[] value = from.get(table, key);
    if (value == null) {
      throw new SpoolException.Unreadable("its " + what + " is missing");
    }
    return value;
  }

  private List<Recipient> copyRecipients(Batch batch, SpoolId id, int count) {
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = Keys.recipient(id, i);
      byte[] record = required(Table.RECIPIENT, key, "recipient " + i);
      recipients.add(Recipient.read(record));
      batch.put(Table.RECIPIENT, key, record);
    }
    return recipients;
  }

  /** An entry whose place in its queue is lost becomes due when its first recipient is. */
  private void copyPlace(
      Batch batch, SpoolId id, QueuedMail.Envelope envelope, List<Recipient> recipients) {
    byte[] slot = due.get(id);
    byte[] key = stored.get(id);
    byte[] aside = from.get(Table.ASIDE, Keys.entry(id));
    int place = envelope.place();
    if (!queues.contains(place) && !repositories.contains(place)) {
      throw new SpoolException.Unreadable("the name of its queue is lost");
    }
    if (slot != null) {
      batch.put(Table.DUE, slot, Entries.NOTHING);
    } else if (key != null) {
      batch.put(Table.REPOSITORY, key, Keys.entry(id));
    } else if (aside != null) {
      batch.put(Table.ASIDE, Keys.entry(id), aside);
    } else if (queues.contains(place)) {
      long first =
          recipients.stream()
              .filter(Recipient::isQueued)
              .mapToLong(Recipient::notBefore)
              .min()
              .orElse(0);
      Slot again = new Slot(Lane.of(envelope.priority()), Math.max(0, first), id);
      batch.put(Table.DUE, again.key(place), Entries.NOTHING);
    } else {
      batch.put(Table.REPOSITORY, Keys.stored(place, envelope.name() + "-" + id), Keys.entry(id));
    }
  }

  /** The last chunk goes with the entry: a body in the same batch may be held. */
  private void copyBody(Batch batch, BodyRef body) {
    if (bodies.contains(body.id())) {
      return;
    }
    checkBody(body);
    for (int i = 0; i < body.chunks(); i++) {
      byte[] key = Keys.chunk(body.id(), i);
      byte[] chunk = required(Table.BODY, key, "body");
      if (i == body.chunks() - 1) {
        batch.put(Table.BODY, key, chunk);
      } else {
        to.commit(new Batch().put(Table.BODY, key, chunk), Durability.ORDERED).join();
      }
    }
  }

  private void checkBody(BodyRef body) {
    long size = 0;
    for (int i = 0; i < body.chunks(); i++) {
      size += required(Table.BODY, Keys.chunk(body.id(), i), "body (part " + i + ")").length;
    }
    if (size != body.size()) {
      throw new SpoolException.Unreadable(
          "its body has " + size + " of " + body.size() + " octets");
    }
  }
}
