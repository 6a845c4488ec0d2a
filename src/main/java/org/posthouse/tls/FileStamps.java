/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tells that files have changed: links are followed, so that another target counts.
 *
 * @param newest the last change of any of them
 */
record FileStamps(List<Stamp> stamps, Instant newest) {
  /** A second write within this time may leave the same time behind. */
  private static final Duration RACY = Duration.ofSeconds(2);

  /** Of one file; a missing one has no inode. */
  record Stamp(@Nullable Object inode, long size, Instant changed) {}

  /** Taken before the files are read: a write in between shows at the next look. */
  static FileStamps of(List<Path> files) {
    List<Stamp> all = new ArrayList<>();
    Instant newest = Instant.MIN;
    for (Path file : files) {
      Stamp stamp = of(file);
      all.add(stamp);
      newest = stamp.changed().isAfter(newest) ? stamp.changed() : newest;
    }
    return new FileStamps(List.copyOf(all), newest);
  }

  private static Stamp of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime().toInstant());
    } catch (IOException e) {
      return new Stamp(null, -1, Instant.MIN);
    }
  }

  boolean isRacy(Instant now) {
    return newest.isAfter(now.minus(RACY)) && newest.isBefore(now.plus(RACY));
  }
}
