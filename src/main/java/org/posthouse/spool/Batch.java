/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes that become visible and durable together, in any number of tables. Built by one thread,
 * handed to {@link Spool#commit} once.
 */
public final class Batch {
  enum Kind {
    PUT,
    /** Of a key that is written several times in its life. */
    DELETE,
    /** Of a key that was written exactly once: it and its value then vanish at the next flush. */
    DELETE_ONCE,
    HOLD,
    RELEASE
  }

  /** One change; the arrays are never written to after construction. */
  static final class Change {
    private final Kind kind;
    private final Table table;
    private final byte[] key;
    private final byte[] value;

    Change(Kind kind, Table table, byte[] key, byte[] value) {
      this.kind = kind;
      this.table = table;
      this.key = key;
      this.value = value;
    }

    Kind kind() {
      return kind;
    }

    Table table() {
      return table;
    }

    byte[] key() {
      return key;
    }

    byte[] value() {
      return value;
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final List<Change> changes = new ArrayList<>();
  private final List<BodyRef> writtenAhead = new ArrayList<>();
  private long octets;
  private boolean intake;

  public Batch put(Table table, byte[] key, byte[] value) {
    return add(new Change(Kind.PUT, table, key, value));
  }

  public Batch delete(Table table, byte[] key) {
    return add(new Change(Kind.DELETE, table, key, NOTHING));
  }

  /** Deletes a key that was put exactly once since it last was absent. */
  public Batch deleteOnce(Table table, byte[] key) {
    return add(new Change(Kind.DELETE_ONCE, table, key, NOTHING));
  }

  /** {@code holder} needs the body; the commit fails when the body has gone meanwhile. */
  public Batch hold(BodyRef body, SpoolId holder) {
    return add(
        new Change(
            Kind.HOLD,
            Table.REFERENCE,
            Keys.reference(body.id(), holder),
            Records.extent(body.size(), body.chunks())));
  }

  /** {@code holder} needs the body no more; it is deleted when nobody else does. */
  public Batch release(BodyRef body, SpoolId holder) {
    return add(
        new Change(
            Kind.RELEASE,
            Table.REFERENCE,
            Keys.reference(body.id(), holder),
            Records.extent(body.size(), body.chunks())));
  }

  /** Marks new mail: refused when space is short, where other changes may use the reserve. */
  public Batch asIntake() {
    intake = true;
    return this;
  }

  void wasWrittenAhead(BodyRef body) {
    writtenAhead.add(body);
  }

  /** The bodies that stand in the store for this batch only; the caller removes them, once. */
  List<BodyRef> takeWrittenAhead() {
    List<BodyRef> bodies = List.copyOf(writtenAhead);
    writtenAhead.clear();
    return bodies;
  }

  boolean isIntake() {
    return intake;
  }

  List<Change> changes() {
    return changes;
  }

  /** Octets of keys and values together. */
  public long octets() {
    return octets;
  }

  private Batch add(Change change) {
    changes.add(change);
    octets += change.key().length + change.value().length;
    return this;
  }
}
