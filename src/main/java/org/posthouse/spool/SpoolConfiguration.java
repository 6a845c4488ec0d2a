/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.file.Path;
import org.apache.commons.configuration2.ImmutableConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.posthouse.config.DataSize;

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

  /**
   * Reads {@code spool.reserve} and {@code spool.sync} of relay.xml.
   *
   * @throws ConfigurationRuntimeException when a value is no size or no truth value
   */
  public static SpoolConfiguration read(ImmutableConfiguration relay, Path directory) {
    String reserve = relay.getString("spool.reserve", null);
    return new SpoolConfiguration(
        directory,
        reserve == null ? DEFAULT_RESERVE : DataSize.parse("spool.reserve", reserve).octets(),
        relay.getBoolean("spool.sync", true));
  }

  public SpoolConfiguration withReserve(long octets) {
    return new SpoolConfiguration(directory, octets, sync);
  }
}
