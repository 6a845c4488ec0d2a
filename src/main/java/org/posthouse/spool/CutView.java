/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A directory that shows the files of a store, with those in log format cut where they are torn or
 * left out, and a CURRENT that names its MANIFEST: links to the store's files, and copies of the
 * parts that are complete. The store stays as it is.
 */
record CutView(Path directory) implements Closeable {
  private static final String CURRENT = "CURRENT";

  /** For reading, with a MANIFEST that ends where it is torn. */
  static CutView of(Path store, LogFile manifest) throws IOException {
    CutView view = new CutView(Files.createTempDirectory("posthouse-view"));
    return view.fill(StoreFiles.list(store), manifest.file(), List.of(manifest));
  }

  /**
   * For writing, without the logs.
   *
   * @param cut the files that end earlier in the view, at their offsets
   * @param scratch an existing directory for the view
   */
  static CutView withoutLogs(Path store, Path manifest, List<LogFile> cut, Path scratch)
      throws IOException {
    CutView view = new CutView(Files.createTempDirectory(scratch, ".rescue"));
    List<Path> shown = new ArrayList<>(StoreFiles.list(store));
    shown.removeAll(StoreLogs.logsOf(store));
    return view.fill(shown, manifest, cut);
  }

  private CutView fill(List<Path> files, Path manifest, List<LogFile> cut) throws IOException {
    try {
      for (Path file : files) {
        show(file, cut);
      }
      Files.writeString(directory.resolve(CURRENT), manifest.getFileName() + "\n");
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void show(Path file, List<LogFile> cut) throws IOException {
    Path name = directory.resolve(file.getFileName().toString());
    Optional<LogFile> ending = cut.stream().filter(log -> log.file().equals(file)).findFirst();
    if (ending.isPresent()) {
      byte[] octets = Files.readAllBytes(file);
      Files.write(name, Arrays.copyOf(octets, Math.toIntExact(ending.get().offset())));
    } else if (isShown(file)) {
      Files.createSymbolicLink(name, file.toAbsolutePath());
    }
  }

  /** What RocksDB writes into by name is not linked: LOCK, CURRENT and its own LOG. */
  private static boolean isShown(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && (name.startsWith("MANIFEST-")
            || name.endsWith(".sst")
            || name.endsWith(".blob")
            || name.endsWith(".log"));
  }

  @Override
  public void close() throws IOException {
    StoreFiles.deleteAll(directory);
  }
}
