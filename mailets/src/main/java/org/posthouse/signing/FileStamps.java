/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.PrivateKeyFile;

/**
 * What tells the contents of some files at one time from those at another. Stamped before they are
 * read, so that a change in between is seen later.
 */
final class FileStamps {
  private final Map<Path, Stamp> stamps = new HashMap<>();

  /**
   * One file.
   *
   * @param inode null where the file is absent, or has none
   * @param size in octets; -1 when it is absent
   * @param permissions a key that everybody may read is refused
   */
  private record Stamp(
      @Nullable Object inode, long size, FileTime changed, Set<PosixFilePermission> permissions) {
    static final Stamp ABSENT = new Stamp(null, -1, FileTime.fromMillis(0), Set.of());
  }

  /** Stamps a file that is about to be read. */
  void add(Path file) {
    stamps.putIfAbsent(file, stamp(file));
  }

  /** The same files, stamped now. */
  FileStamps now() {
    FileStamps now = new FileStamps();
    stamps.keySet().forEach(now::add);
    return now;
  }

  Set<Path> files() {
    return Set.copyOf(stamps.keySet());
  }

  boolean sameAs(FileStamps other) {
    return stamps.equals(other.stamps);
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          now.fileKey(), now.size(), now.lastModifiedTime(), PrivateKeyFile.permissions(file));
    } catch (IOException e) {
      return Stamp.ABSENT;
    }
  }
}
