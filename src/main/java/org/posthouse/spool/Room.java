/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the file system has room for new mail; looked up at most ten times a second. */
final class Room {
  private static final Logger LOGGER = LoggerFactory.getLogger(Room.class);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Looks up how much is free. */
  interface FreeSpace {
    /**
     * For this process.
     *
     * @return octets
     */
    long under(Path directory) throws IOException;
  }

  private final SpoolConfiguration configuration;
  private final FreeSpace space;
  private final Clock clock;
  private volatile boolean room = true;
  private volatile long free;
  private volatile Instant changed;
  private volatile long lookedAt = System.nanoTime() - LOOK_EVERY_NANOS;

  Room(SpoolConfiguration configuration, FreeSpace space, Clock clock) {
    this.configuration = configuration;
    this.space = space;
    this.clock = clock;
    this.changed = clock.instant();
  }

  /** As the file system says. */
  static long usable(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** Octets that were free at the last look. */
  long free() {
    return free;
  }

  boolean hasRoom() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_EVERY_NANOS) {
      lookedAt = now;
      look();
    }
    return room;
  }

  /** Why new mail is refused, null when it is not. */
  @Nullable Trouble trouble() {
    return hasRoom() ? null : new Trouble(explain(), changed);
  }

  String explain() {
    return "only "
        + free
        + " octets are free under "
        + configuration.directory()
        + ", "
        + configuration.reserve()
        + " are kept for mail already accepted";
  }

  private void look() {
    try {
      free = space.under(configuration.directory());
      boolean enough = free >= configuration.reserve();
      if (enough != room) {
        room = enough;
        changed = clock.instant();
        LOGGER.warn(enough ? "new mail is accepted again" : "new mail is refused: {}", explain());
      }
    } catch (IOException e) {
      LOGGER.warn("free space of {} unknown: {}", configuration.directory(), e.getMessage());
    }
  }
}
