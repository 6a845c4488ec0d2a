/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.file.Path;

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

  public static SpoolConfiguration in(Path directory) {
    return new SpoolConfiguration(directory, DEFAULT_RESERVE, true);
  }

  public SpoolConfiguration withReserve(long octets) {
    return new SpoolConfiguration(directory, octets, sync);
  }

  public SpoolConfiguration withoutSync() {
    return new SpoolConfiguration(directory, reserve, false);
  }
}
