/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Room on the spool's disk; ends with a tenth more than it began with. */
final class FreeSpace implements Shortage {
  private static final Logger LOGGER = LoggerFactory.getLogger(FreeSpace.class);

  private final Measure measure;
  private final long least;

  /** Looks up how much is free. */
  @FunctionalInterface
  interface Measure {
    long octets() throws IOException;
  }

  FreeSpace(Measure measure, long least) {
    this.measure = measure;
    this.least = least;
  }

  static FreeSpace of(Path directory, long least) {
    return new FreeSpace(
        () -> {
          FileStore store = Files.getFileStore(directory);
          return store.getUsableSpace();
        },
        least);
  }

  @Override
  public Optional<String> look(boolean already) {
    try {
      long free = measure.octets();
      return free < (already ? least + least / 10 : least)
          ? Optional.of(free + " octets are free, fewer than " + least)
          : Optional.empty();
    } catch (IOException e) {
      LOGGER.warn("free space unknown: {}", e.toString());
      return Optional.empty(); // the store refuses what it cannot keep
    }
  }

  @Override
  public String name() {
    return "space";
  }

  @Override
  public Refusal refusal() {
    return new Refusal("452", "4.3.1 Insufficient system storage, please try again later");
  }
}
