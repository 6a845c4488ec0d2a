/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;

/** Opens stores, and looks at what they hold. */
public final class OpenStores {
  private OpenStores() {}

  public static RocksSpool at(Path directory) {
    return RocksSpool.open(SpoolConfiguration.in(directory).withReserve(0), Clock.systemUTC());
  }

  /** How many records a table holds. */
  public static int count(Spool spool, Table table) {
    int count = 0;
    try (Spool.Cursor cursor = spool.scan(table, new byte[0], new byte[0])) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  static byte[] octets(int size) {
    byte[] octets = new byte[size];
    new Random(size).nextBytes(octets);
    return octets;
  }

  static BodyRef hold(Spool spool, SpoolId holder, int size) throws IOException {
    Batch batch = new Batch().asIntake();
    BodyRef body = spool.write(batch, new ByteArrayInputStream(octets(size)), size);
    spool.commit(batch.hold(body, holder), Durability.SYNCED).join();
    return body;
  }
}
