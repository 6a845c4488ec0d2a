/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends a store that does not open because the machine stopped before the ends of its logs were
 * synced. src/doc/SPOOL.md says how that is told from damage.
 */
final class TornStore {
  private static final Logger LOGGER = LoggerFactory.getLogger(TornStore.class);

  private TornStore() {}

  /**
   * Cuts a torn MANIFEST; torn logs are left to point-in-time recovery, under which the store can
   * be opened next.
   *
   * @throws SpoolException.Unreadable when a log is damaged; nothing was changed then
   * @throws SpoolException.InUse when another process has the store open
   */
  static void mend(Path store) throws IOException {
    Closeable lock = StoreFiles.lock(store);
    try {
      StoreLogs logs = StoreLogs.scan(store);
      logs.requireNoDamage(store);
      for (LogFile torn : logs.with(LogFile.Verdict.TORN)) {
        boolean manifest = torn.equals(logs.manifest());
        LOGGER.warn(
            "{}: the last {} octets go, no sync had completed for them: {}",
            torn.describe(),
            torn.unreadable(),
            manifest
                ? "nothing depends on a change of the index before it is synced"
                : "no mail in them was answered 250");
        if (manifest) {
          cut(torn);
        }
      }
    } finally {
      lock.close();
    }
  }

  /** Keeps the original beside it under a name that RocksDB does not know as its own. */
  private static void cut(LogFile manifest) throws IOException {
    Path file = manifest.file();
    Path kept = file.resolveSibling("torn-" + manifest.offset() + "-" + file.getFileName());
    Files.write(kept, Files.readAllBytes(file));
    StoreFiles.sync(kept);
    StoreFiles.sync(file.resolveSibling("."));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(manifest.offset());
      channel.force(true);
    }
    LOGGER.warn("{} keeps what {} was", kept, file.getFileName());
  }
}
