/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/** Mail that is kept for a person to look at, by key. Changed through a {@link Step}. */
public final class Repository {
  private static final int PREFIX = 2;

  private final Spool spool;
  private final int number;

  Repository(Spool spool, int number) {
    this.spool = spool;
    this.number = number;
  }

  int number() {
    return number;
  }

  /** The entry under a key. */
  public Optional<SpoolId> find(String key) {
    return Optional.ofNullable(spool.get(Table.REPOSITORY, Keys.stored(number, key)))
        .map(Keys::entry);
  }

  /** Mails in it; walks over the keys. */
  public long size() {
    long size = 0;
    try (Spool.Cursor cursor = cursor(new byte[0])) {
      while (cursor.next()) {
        size++;
      }
    }
    return size;
  }

  /** Up to {@code limit} keys after {@code after} (empty: from the first) in order. */
  public List<String> keys(String after, int limit) {
    List<String> keys = new ArrayList<>();
    try (Spool.Cursor cursor = cursor(after.getBytes(StandardCharsets.UTF_8))) {
      while (keys.size() < limit && cursor.next()) {
        byte[] key = cursor.key();
        String name = new String(key, PREFIX, key.length - PREFIX, StandardCharsets.UTF_8);
        if (!name.equals(after) || after.isEmpty()) {
          keys.add(name);
        }
      }
    }
    return keys;
  }

  private Spool.Cursor cursor(byte[] from) {
    byte[] prefix = Keys.queue(number);
    byte[] start = Keys.stored(number, new String(from, StandardCharsets.UTF_8));
    return spool.scan(Table.REPOSITORY, start, Keys.after(prefix));
  }
}
