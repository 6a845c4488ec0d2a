/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A directory that shows the files of a store for reading, with those in log format cut where they
 * are torn or damaged, and a CURRENT that names its MANIFEST: links to the store's files, and
 * copies of the parts that are complete. The store stays as it is.
 */
record CutView(Path directory) implements Closeable {
  private static final String CURRENT = "CURRENT";

  static CutView of(Path store, LogFile manifest) throws IOException {
    return of(store, manifest.file(), List.of(manifest));
  }

  /**
   * A view.
   *
   * @param cut the files that end earlier in the view, at their offsets
   */
  static CutView of(Path store, Path manifest, List<LogFile> cut) throws IOException {
    CutView view = new CutView(Files.createTempDirectory("posthouse-view"));
    try {
      view.fill(store, cut);
      Files.writeString(view.directory.resolve(CURRENT), manifest.getFileName() + "\n");
      return view;
    } catch (IOException | RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private void fill(Path store, List<LogFile> cut) throws IOException {
    for (Path file : StoreFiles.list(store)) {
      Path name = directory.resolve(file.getFileName().toString());
      Optional<LogFile> ending = cut.stream().filter(log -> log.file().equals(file)).findFirst();
      if (ending.isPresent()) {
        byte[] octets = Files.readAllBytes(file);
        Files.write(name, Arrays.copyOf(octets, Math.toIntExact(ending.get().offset())));
      } else if (Files.isRegularFile(file) && !file.endsWith("LOCK") && !file.endsWith(CURRENT)) {
        Files.createSymbolicLink(name, file.toAbsolutePath());
      }
    }
  }

  @Override
  public void close() throws IOException {
    StoreFiles.deleteAll(directory);
  }
}
