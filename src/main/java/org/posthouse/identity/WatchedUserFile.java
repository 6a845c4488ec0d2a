/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The users as the file has them now.
 *
 * <p>Whoever asks a second after a change gets the new contents: the file is looked at on access,
 * at most twice a second, by time of change, size and inode. A file that changed within the last
 * second is read again at the next look, since a second write may leave the same time behind.
 */
public final class WatchedUserFile {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(500).toNanos();
  private static final long RACY_MILLIS = 1_000;

  /** What tells two contents of the file apart. */
  private record Stamp(@Nullable Object inode, long size, @Nullable FileTime changed) {
    static final Stamp ABSENT = new Stamp(null, -1, null);
  }

  /** One reading: the users, or why they could not be read. */
  private record Reading(
      Stamp stamp, boolean racy, UserTable users, @Nullable IOException failure) {}

  private final UserFile file;
  private final LongSupplier nanoClock;
  private final Consumer<UserTable> onChange;
  private final AtomicLong lastLook = new AtomicLong();
  private volatile @Nullable Reading reading;

  /**
   * Reads nothing yet.
   *
   * @param onChange told each new contents, with their problems, before anyone else sees them
   */
  public WatchedUserFile(UserFile file, Consumer<UserTable> onChange) {
    this(file, onChange, System::nanoTime);
  }

  WatchedUserFile(UserFile file, Consumer<UserTable> onChange, LongSupplier nanoClock) {
    this.file = file;
    this.onChange = onChange;
    this.nanoClock = nanoClock;
  }

  /**
   * The users, read anew when the file has changed.
   *
   * @throws IOException when the file is there and cannot be read; what was read before is then
   *     used no more, since it may let in who was removed
   */
  public UserTable current() throws IOException {
    Reading known = reading;
    long now = nanoClock.getAsLong();
    if (known == null || now - lastLook.get() >= LOOK_EVERY_NANOS) {
      known = look(now);
    }
    if (known.failure() != null) {
      throw new IOException(known.failure().getMessage(), known.failure());
    }
    return known.users();
  }

  /** Looks at once, for a process that has just changed the file itself. */
  public UserTable refreshed() throws IOException {
    look(nanoClock.getAsLong());
    return current();
  }

  private synchronized Reading look(long now) {
    Reading known = reading;
    Reading next = next(known);
    if (next.failure() == null && (known == null || next.users() != known.users())) {
      onChange.accept(next.users());
    }
    reading = next;
    lastLook.set(now);
    return next;
  }

  private Reading next(@Nullable Reading known) {
    try {
      Stamp stamp = stamp();
      if (known != null
          && known.failure() == null
          && !known.racy()
          && known.stamp().equals(stamp)) {
        return known;
      }
      // Stamped before reading: a write in between shows at the next look.
      return new Reading(stamp, isRacy(stamp), file.read(), null);
    } catch (IOException e) {
      return new Reading(Stamp.ABSENT, false, UserTable.EMPTY, e);
    }
  }

  private Stamp stamp() throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime());
    } catch (NoSuchFileException e) {
      return Stamp.ABSENT;
    }
  }

  private static boolean isRacy(Stamp stamp) {
    return stamp.changed() != null
        && Math.abs(System.currentTimeMillis() - stamp.changed().toMillis()) < RACY_MILLIS;
  }
}
