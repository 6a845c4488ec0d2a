/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.file.Path;
import org.posthouse.config.Settings;

/**
 * How a store is kept.
 *
 * @param directory of the store, created when missing
 * @param reserve octets of the file system that new mail must leave free
 * @param sync whether synced commits really reach the disk; false only to prove that the tests of
 *     durability can fail
 */
public record SpoolConfiguration(Path directory, long reserve, boolean sync) {
  /** Free space that new mail leaves to outcomes when nothing else is configured. */
  public static final long DEFAULT_RESERVE = 256L << 20;

  /** Write buffers and logs may be written to files within the reserve (src/doc/SPOOL.md). */
  public static final long LEAST_RESERVE = 200L << 20;

  public static SpoolConfiguration in(Path directory) {
    return new SpoolConfiguration(directory, DEFAULT_RESERVE, true);
  }

  /** Reads {@code spool.reserve} and {@code spool.sync} of relay.xml. */
  public static SpoolConfiguration read(Settings relay, Path directory) {
    return new SpoolConfiguration(
        directory, relay.size("spool.reserve", DEFAULT_RESERVE), relay.truth("spool.sync", true));
  }

  public SpoolConfiguration withReserve(long octets) {
    return new SpoolConfiguration(directory, octets, sync);
  }
}
