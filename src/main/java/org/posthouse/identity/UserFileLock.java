/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to write the file of users, among threads and processes, and the write itself.
 *
 * <p>The lock is on a file of its own, {@code .users.lock}, because the file of users is another
 * one after each rename. It stays behind, empty; removing it would let two writers in.
 */
final class UserFileLock implements Closeable {
  /** File locks are held for the whole JVM, so threads need a lock of their own. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path target;
  private final PosixFileAttributes owner;
  private final FileChannel lockFile;

  private UserFileLock(Path target, PosixFileAttributes owner, FileChannel lockFile) {
    this.target = target;
    this.owner = owner;
    this.lockFile = lockFile;
  }

  static UserFileLock acquire(Path file) throws IOException {
    THREADS.lock();
    try {
      // A symbolic link stays one: what it points to is replaced.
      Path target = Files.exists(file) ? file.toRealPath() : file;
      PosixFileAttributes owner = owner(target);
      return new UserFileLock(target, owner, lock(sibling(target, ".lock"), owner));
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  private static FileChannel lock(Path path, PosixFileAttributes owner) throws IOException {
    FileChannel channel = FileChannel.open(path, Set.of(CREATE, WRITE), OWNER_ONLY);
    try {
      giveTo(owner, path);
      channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Replaces the file; durable when this returns, and unchanged when this throws. */
  void replaceFile(byte[] content) throws IOException {
    Path fresh = sibling(target, ".new");
    // What a crash left behind; nobody else writes it while we hold the lock.
    Files.deleteIfExists(fresh);
    try {
      writeSynced(fresh, content);
      giveTo(owner, fresh);
      move(fresh);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    syncDirectory();
  }

  private static void writeSynced(Path fresh, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), OWNER_ONLY)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private void move(Path fresh) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new FileSystemException(target.toString(), fresh.toString(), "no atomic rename here");
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(directory(target), READ)) {
      directory.force(true);
    }
  }

  /** Whoever owns the file, or the directory before there is one, has to read it afterwards. */
  private static PosixFileAttributes owner(Path target) throws IOException {
    Path reference = Files.exists(target) ? target : directory(target);
    return Files.readAttributes(reference, PosixFileAttributes.class);
  }

  /** So that root can add users without locking the server's own account out of the file. */
  private static void giveTo(PosixFileAttributes owner, Path path) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, NOFOLLOW_LINKS);
    PosixFileAttributes now = view.readAttributes();
    if (now.owner().equals(owner.owner())) {
      return;
    }
    try {
      view.setOwner(owner.owner());
      view.setGroup(owner.group());
    } catch (IOException e) {
      String reason = "belongs to " + owner.owner() + ": run this as that user or as root";
      FileSystemException denied = new FileSystemException(path.toString(), null, reason);
      denied.addSuppressed(e);
      throw denied;
    }
  }

  private static Path sibling(Path target, String suffix) {
    return directory(target).resolve("." + target.getFileName() + suffix);
  }

  private static Path directory(Path target) {
    Path parent = target.getParent();
    return parent == null ? target : parent;
  }

  @Override
  public void close() throws IOException {
    try {
      lockFile.close();
    } finally {
      THREADS.unlock();
    }
  }
}
