/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a store back that failed to write. RocksDB refuses every write from then on; this waits
 * until the disk takes a file again, then has the database opened anew. src/doc/SPOOL.md says why
 * the log that failed cannot simply be written on.
 */
final class Reviver {
  private static final Logger LOGGER = LoggerFactory.getLogger(Reviver.class);
  private static final long PAUSE_MILLIS = 1_000;
  private static final int PROBE_OCTETS = 64 << 10;

  /** Opens the database anew. */
  interface Reopening {
    /**
     * Closes and opens it.
     *
     * @throws SpoolException when it does not open; it is closed then, and is tried again
     * @throws IOException as above
     */
    void reopen() throws IOException;
  }

  private final Path directory;
  private final Clock clock;
  private final Reopening reopening;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Trouble trouble;
  private @Nullable Thread thread;

  Reviver(Path directory, Clock clock, Reopening reopening) {
    this.directory = directory;
    this.clock = clock;
    this.reopening = reopening;
  }

  @Nullable Trouble trouble() {
    return trouble;
  }

  /**
   * Refuses what cannot succeed.
   *
   * @throws SpoolException while the store does not write
   */
  void requireWriting() {
    Trouble now = trouble;
    if (now != null) {
      throw new SpoolException("the store does not write: " + now.reason());
    }
  }

  /** The database failed to write; it is looked after from now on. */
  synchronized void failed(String reason) {
    if (trouble == null && closed.getCount() > 0) {
      trouble = new Trouble(reason, clock.instant());
      LOGGER.error("the store refuses mail until the disk writes again: {}", reason);
      Thread reviving = new Thread(this::revive, "spool-reviver");
      reviving.setDaemon(true);
      reviving.start();
      thread = reviving;
    }
  }

  private void revive() {
    try {
      while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        if (attempt()) {
          LOGGER.warn("the store was opened anew and takes mail again");
          trouble = null;
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt() {
    try {
      probe();
      reopening.reopen();
      return true;
    } catch (IOException | RuntimeException e) {
      LOGGER.debug("the store does not write yet", e);
      note(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void note(String reason) {
    Trouble before = trouble;
    if (before != null && !before.reason().equals(reason)) {
      trouble = new Trouble(reason, before.since());
      LOGGER.warn("the store does not write yet: {}", reason);
    }
  }

  /** Reads go on over the old database as long as a file cannot even be written and synced. */
  private void probe() throws IOException {
    Path file = directory.resolve("probe.log");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer octets = ByteBuffer.allocate(PROBE_OCTETS);
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      channel.force(true);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Ends the waiting, and waits for an attempt under way. */
  void close() {
    closed.countDown();
    Thread reviving;
    synchronized (this) {
      reviving = thread;
    }
    try {
      if (reviving != null) {
        reviving.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
