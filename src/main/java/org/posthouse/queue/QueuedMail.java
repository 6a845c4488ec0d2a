/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.SpoolId;

/**
 * An entry as it stands in the store, without header block and body.
 *
 * @param id its key
 * @param place number of the queue or repository that it belongs to
 * @param name of the mail, not unique
 * @param reversePath without angle brackets, empty for the null reverse-path
 * @param priority 0 (last) to 9 (first)
 * @param stored when the entry was written, in milliseconds since the epoch
 * @param body its stored body; null when it has none
 * @param recipients in order
 */
public record QueuedMail(
    SpoolId id,
    int place,
    String name,
    String reversePath,
    int priority,
    long stored,
    @Nullable BodyRef body,
    List<Recipient> recipients) {

  /** The recipients that wait for an attempt, in order. */
  public List<Recipient> queued() {
    return recipients.stream().filter(Recipient::isQueued).toList();
  }

  /** Whether an attempt may still be made for somebody, now or when he is released. */
  public boolean isOpen() {
    return recipients.stream().anyMatch(QueuedMail::isOpen);
  }

  /** Whether a recipient waits or is held. */
  public static boolean isOpen(Recipient recipient) {
    return recipient.isQueued() || recipient.state() == Recipient.State.HELD;
  }

  /** The same with those due who are meant, and wait or are held. */
  public QueuedMail due(long now, Predicate<Recipient> meant) {
    return with(
        recipients.stream().map(r -> isOpen(r) && meant.test(r) ? r.released(now) : r).toList());
  }

  /** The same with all its recipients in another state. */
  public QueuedMail with(List<Recipient> all) {
    return new QueuedMail(id, place, name, reversePath, priority, stored, body, all);
  }

  /** Lane of the queue: the higher the priority the lower the lane. */
  int lane() {
    return Lane.of(priority);
  }

  byte[] toEnvelope() {
    RecordWriter out =
        new RecordWriter(64 + name.length() + reversePath.length())
            .number(place)
            .text(name)
            .text(reversePath)
            .number(priority)
            .number(stored)
            .number(recipients.size());
    if (body != null) {
      out.number(body.id()).number(body.size()).number(body.chunks());
    }
    return out.toRecord();
  }

  /** The envelope as a scan sees it: recipients are read apart. */
  record Envelope(
      int place,
      String name,
      String reversePath,
      int priority,
      long stored,
      int recipients,
      @Nullable BodyRef body) {
    static Envelope read(byte[] record) {
      RecordReader in = new RecordReader(record);
      return new Envelope(
          in.count(),
          in.text(),
          in.text(),
          in.count(),
          in.number(),
          in.count(),
          in.atEnd() ? null : new BodyRef(in.number(), in.number(), in.count()));
    }

    QueuedMail with(SpoolId id, List<Recipient> all) {
      return new QueuedMail(id, place, name, reversePath, priority, stored, body, all);
    }
  }
}
