/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A directory whose content is lost by {@link #cut} as far as it was not synced. A process under
 * {@link #environment} keeps beside it a mirror of what is durable; one process at a time.
 */
final class PowerCut {
  private final NativeShim shim;
  private final Path watched;
  private final Path scratch;
  private int lives;

  /**
   * @param watched exists
   * @param scratch for the mirrors, on a file system with hard links
   */
  PowerCut(NativeShim shim, Path watched, Path scratch) {
    this.shim = shim;
    this.watched = watched;
    this.scratch = scratch;
  }

  /** What the next process must be started with. */
  Map<String, String> environment() throws IOException {
    lives++;
    Files.createDirectories(mirror());
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_PRELOAD", shim.library().toString());
    environment.put("UNSYNCED_DIR", watched.toString());
    environment.put("UNSYNCED_DURABLE", mirror().toString());
    return environment;
  }

  /** As {@link #environment}, but every sync of that process lies. */
  Map<String, String> lyingEnvironment() throws IOException {
    Map<String, String> environment = environment();
    environment.put("UNSYNCED_IGNORE", "1");
    return environment;
  }

  /**
   * Leaves in the directory what a disk might hold after the process, already killed, lost its
   * power: all that was synced, and of what was appended since a random part of each file.
   */
  void cut(Random random) throws IOException {
    Path before = scratch.resolve("before");
    Path tree = mirror().resolve("tree");
    move(watched, before);
    if (Files.exists(tree)) {
      copy(tree, watched);
      try (Stream<Path> paths = Files.walk(watched)) {
        for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
          tear(path, before.resolve(watched.relativize(path).toString()), random);
        }
      }
    } else {
      copy(before, watched); // killed before the shim had begun
    }
    delete(before);
    delete(mirror());
  }

  /** As {@link #cut}, and nothing that was not synced survives by luck. */
  void cutExactly() throws IOException {
    delete(watched);
    copy(mirror().resolve("tree"), watched);
    delete(mirror());
  }

  /** What a kernel does that drops the pages it could not write; the process goes on. */
  void dropUnsynced(String suffix) throws IOException {
    Path tree = mirror().resolve("tree");
    try (Stream<Path> paths = Files.walk(watched)) {
      for (Path path : paths.filter(file -> file.toString().endsWith(suffix)).toList()) {
        long synced = Files.size(tree.resolve(watched.relativize(path).toString()));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
          file.truncate(synced);
        }
      }
    }
  }

  Path mirror() {
    return scratch.resolve("durable-" + lives);
  }

  /** The kernel may have written any part of a file's new end, and may have left zeros in it. */
  private static void tear(Path durable, Path before, Random random) throws IOException {
    long more = Files.exists(before) ? Files.size(before) - Files.size(durable) : 0;
    if (more <= 0 || random.nextInt(3) == 0) {
      return;
    }
    byte[] end = new byte[(int) Math.min(1 + (random.nextLong() >>> 1) % more, 8 << 20)];
    try (RandomAccessFile source = new RandomAccessFile(before.toFile(), "r");
        RandomAccessFile target = new RandomAccessFile(durable.toFile(), "rw")) {
      source.seek(target.length());
      source.readFully(end);
      if (random.nextBoolean()) {
        Arrays.fill(end, random.nextInt(end.length), end.length, (byte) 0);
      }
      target.seek(target.length());
      target.write(end);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    delete(to);
    Files.move(from, to);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(PowerCut::deleteOne);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
