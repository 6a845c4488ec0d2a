/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.Spool;
import org.posthouse.spool.Table;

/**
 * Which mail is not to be delivered for a while. Kept in the store, so that a restart keeps them.
 */
public final class Suspensions {
  private final Spool spool;
  private final String prefix;
  private final Clock clock;
  private final List<Suspension> all = new CopyOnWriteArrayList<>();

  /**
   * A suspension.
   *
   * @param until in milliseconds since the epoch
   * @param reason for who asks
   */
  public record Suspension(Selection selection, long until, String reason) {}

  /** Those of one queue. */
  public Suspensions(Spool spool, String queue, Clock clock) {
    this.spool = spool;
    this.clock = clock;
    this.prefix = "suspension/" + queue + "/";
    byte[] first = prefix.getBytes(StandardCharsets.UTF_8);
    try (Spool.Cursor cursor = spool.scan(Table.META, first, Keys.after(first))) {
      while (cursor.next()) {
        all.add(read(cursor.value()));
      }
    }
  }

  private static Suspension read(byte[] record) {
    RecordReader in = new RecordReader(record);
    Selection selection = new Selection(Selection.Scope.valueOf(in.text()), in.text());
    return new Suspension(selection, in.number(), in.text());
  }

  /** Adds one in place of an earlier one of the same selection, which it returns. */
  public synchronized Optional<Suspension> add(Suspension suspension) {
    Optional<Suspension> before = remove(suspension.selection());
    byte[] record =
        new RecordWriter(128)
            .text(suspension.selection().scope().name())
            .text(suspension.selection().value())
            .number(suspension.until())
            .text(suspension.reason())
            .toRecord();
    spool
        .commit(new Batch().put(Table.META, key(suspension.selection()), record), Durability.SYNCED)
        .join();
    all.add(suspension);
    return before;
  }

  /** Ends one; empty when there is none of that selection. */
  public synchronized Optional<Suspension> remove(Selection selection) {
    Optional<Suspension> found =
        all.stream().filter(each -> each.selection().equals(selection)).findFirst();
    found.ifPresent(
        each -> {
          spool.commit(new Batch().delete(Table.META, key(selection)), Durability.SYNCED).join();
          all.remove(each);
        });
    return found;
  }

  private byte[] key(Selection selection) {
    return (prefix + selection).getBytes(StandardCharsets.UTF_8);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those that count now. */
  public List<Suspension> current() {
    long now = clock.millis();
    List<Suspension> over = new ArrayList<>();
    all.stream().filter(each -> each.until() <= now).forEach(over::add);
    over.forEach(each -> remove(each.selection()));
    return List.copyOf(all);
  }

  /** The one that ends last of those that a mail is meant by. */
  public Optional<Suspension> of(Selection.Subject mail) {
    return last(selection -> selection.matches(mail));
  }

  /** The one that ends last of those that hosts are meant by. */
  public Optional<Suspension> of(List<String> hosts) {
    return last(selection -> selection.isSite(hosts));
  }

  private Optional<Suspension> last(Predicate<Selection> which) {
    return current().stream()
        .filter(each -> which.test(each.selection()))
        .max(Comparator.comparingLong(Suspension::until));
  }
}
