/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store in log format, scanned.
 *
 * @param manifest the one that is in use, null when none can be named
 * @param logs the write-ahead logs in the order in which they were written
 */
record StoreLogs(@Nullable LogFile manifest, List<LogFile> logs) {
  private static final int LONGEST_NAME = 100;

  static StoreLogs scan(Path store) throws IOException {
    List<LogFile> logs = new ArrayList<>();
    for (Path log : logsOf(store)) {
      logs.add(LogFile.scan(log));
    }
    Path manifest = manifestOf(store);
    return new StoreLogs(manifest == null ? null : LogFile.scan(manifest), judge(logs));
  }

  /**
   * A later log has records only after the earlier one was complete, but for what was lost because
   * it was not synced; that leaves a short file or zeros, never wrong octets.
   */
  private static List<LogFile> judge(List<LogFile> logs) {
    List<LogFile> judged = new ArrayList<>(logs);
    for (int i = 0; i < logs.size(); i++) {
      boolean followed = logs.subList(i + 1, logs.size()).stream().anyMatch(l -> l.records() > 0);
      boolean torn = logs.get(i).verdict() == LogFile.Verdict.TORN;
      if (torn && followed && !logs.get(i).unfinished()) {
        judged.set(i, logs.get(i).asDamaged());
      }
    }
    return judged;
  }

  /** The write-ahead logs in the order in which they were written. */
  static List<Path> logsOf(Path store) throws IOException {
    return StoreFiles.list(store).stream()
        .filter(file -> file.getFileName().toString().matches("[0-9]{1,18}\\.log"))
        .sorted(Comparator.comparingLong(StoreLogs::number))
        .toList();
  }

  private static long number(Path log) {
    String name = log.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  private static @Nullable Path manifestOf(Path store) throws IOException {
    Path current = store.resolve("CURRENT");
    if (!Files.isRegularFile(current) || Files.size(current) > LONGEST_NAME) {
      return null;
    }
    String name = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
    Path manifest = name.matches("MANIFEST-[0-9]+") ? store.resolve(name) : null;
    return manifest != null && Files.isRegularFile(manifest) ? manifest : null;
  }

  /** The manifest that was written last: what CURRENT would name, were it whole. */
  static @Nullable Path newestManifest(Path store) throws IOException {
    return StoreFiles.list(store).stream()
        .filter(file -> file.getFileName().toString().matches("MANIFEST-[0-9]{1,18}"))
        .max(Comparator.comparingLong(StoreLogs::manifestNumber))
        .orElse(null);
  }

  private static long manifestNumber(Path manifest) {
    String name = manifest.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }

  /** The files with a verdict, the manifest first. */
  List<LogFile> with(LogFile.Verdict verdict) {
    return Stream.concat(Stream.ofNullable(manifest), logs.stream())
        .filter(file -> file.verdict() == verdict)
        .toList();
  }

  /** The manifest when it is torn, else null. */
  @Nullable LogFile tornManifest() {
    return manifest != null && manifest.verdict() == LogFile.Verdict.TORN ? manifest : null;
  }

  /**
   * Makes sure that nothing is damaged.
   *
   * @throws SpoolException.Unreadable naming what is
   */
  void requireNoDamage(Path store) {
    for (LogFile damaged : with(LogFile.Verdict.DAMAGED)) {
      throw new SpoolException.Unreadable(
          "the store "
              + store
              + " is damaged: "
              + damaged.describe()
              + "; mail behind it would be lost, see `posthouse queue rescue --help`");
    }
  }
}
