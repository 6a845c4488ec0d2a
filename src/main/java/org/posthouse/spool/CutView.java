/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A directory that shows the files of a store with its torn MANIFEST cut, for reading: links to the
 * store's files, and a copy of the part of the MANIFEST that is complete. The store stays as it is.
 */
record CutView(Path directory) implements Closeable {
  static CutView of(Path store, LogFile manifest) throws IOException {
    CutView view = new CutView(Files.createTempDirectory("posthouse-view"));
    try {
      view.fill(store, manifest);
      return view;
    } catch (IOException | RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private void fill(Path store, LogFile manifest) throws IOException {
    for (Path file : StoreFiles.list(store)) {
      Path name = directory.resolve(file.getFileName().toString());
      if (file.equals(manifest.file())) {
        byte[] octets = Files.readAllBytes(file);
        Files.write(name, Arrays.copyOf(octets, Math.toIntExact(manifest.offset())));
      } else if (Files.isRegularFile(file) && !file.endsWith("LOCK")) {
        Files.createSymbolicLink(name, file.toAbsolutePath());
      }
    }
  }

  @Override
  public void close() throws IOException {
    StoreFiles.deleteAll(directory);
  }
}
