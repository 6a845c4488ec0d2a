/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the store's directory that says that another one is damaged, so that the next start
 * need not fail on it first. Neither a backup nor a rescued store has it.
 */
final class DamageNote {
  private static final Logger LOGGER = LoggerFactory.getLogger(DamageNote.class);
  private static final String NAME = "damaged.txt";

  private DamageNote() {}

  /** What is known to be damaged in a store; null when nothing is. */
  static @Nullable Trouble read(Path store) {
    Path note = store.resolve(NAME);
    if (!Files.exists(note)) {
      return null;
    }
    try {
      Instant since = Files.getLastModifiedTime(note).toInstant();
      return new Trouble(Files.readString(note).strip(), since.truncatedTo(ChronoUnit.SECONDS));
    } catch (IOException e) {
      LOGGER.warn("{} cannot be read: {}", note, e.getMessage());
      return null;
    }
  }

  /** Without it the next start finds the damage again: a failure is of no importance. */
  static void write(Path store, Trouble damage) {
    try {
      Files.writeString(store.resolve(NAME), damage.reason() + "\n");
    } catch (IOException e) {
      LOGGER.warn("{} cannot be written: {}", store.resolve(NAME), e.getMessage());
    }
  }
}
