/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.Table;

/** The numbers under which the store knows queues and repositories: given once, kept for ever. */
final class Places {
  private static final byte[] LAST = octets("place");

  private final Spool spool;
  private final String kind;

  Places(Spool spool, String kind) {
    this.spool = spool;
    this.kind = kind + "/";
  }

  /** All names with their numbers, in order of name. */
  Map<String, Integer> all() {
    Map<String, Integer> all = new TreeMap<>();
    byte[] prefix = octets(kind);
    try (Spool.Cursor cursor = spool.scan(Table.META, prefix, Keys.after(prefix))) {
      while (cursor.next()) {
        String name = new String(cursor.key(), StandardCharsets.UTF_8).substring(kind.length());
        all.put(name, ByteBuffer.wrap(cursor.value()).getInt());
      }
    }
    return all;
  }

  Optional<Integer> find(String name) {
    return Optional.ofNullable(spool.get(Table.META, octets(kind + name)))
        .map(value -> ByteBuffer.wrap(value).getInt());
  }

  /** The number of a name, a new one when it has none. Callers do not call this in parallel. */
  int register(String name) {
    return find(name).orElseGet(() -> assign(name));
  }

  private int assign(String name) {
    byte[] last = spool.get(Table.META, LAST);
    int number = last == null ? 1 : ByteBuffer.wrap(last).getInt() + 1;
    if (number > Short.MAX_VALUE) {
      throw new IllegalStateException("too many queues and repositories");
    }
    byte[] value = ByteBuffer.allocate(4).putInt(number).array();
    Batch batch =
        new Batch().put(Table.META, octets(kind + name), value).put(Table.META, LAST, value);
    spool.commit(batch, Durability.SYNCED).join();
    return number;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
