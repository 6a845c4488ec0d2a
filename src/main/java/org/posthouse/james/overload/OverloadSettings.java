/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.time.Duration;
import org.posthouse.config.Settings;
import org.posthouse.spool.SpoolConfiguration;

/**
 * From when on new mail is turned away; {@code reception/overload} of relay.xml.
 *
 * @param freeSpace octets of the spool's file system; the spool's reserve counts where it is more
 * @param memory percent of the heap that are in use after a collection
 * @param backlog mails that the chains have not taken
 * @param lag how long the first of them has waited then, at least: mail that is held counts too
 */
public record OverloadSettings(long freeSpace, int memory, int backlog, Duration lag) {
  public static final OverloadSettings DEFAULT =
      new OverloadSettings(SpoolConfiguration.DEFAULT_RESERVE, 92, 100_000, Duration.ofSeconds(10));

  /** Reads it. */
  public static OverloadSettings read(Settings relay) {
    Settings part = relay.section("reception").section("overload");
    return new OverloadSettings(
        part.size("freeSpace", DEFAULT.freeSpace),
        part.number("memory", 50, 99, DEFAULT.memory),
        part.number("backlog", 1, Integer.MAX_VALUE, DEFAULT.backlog),
        part.duration("lag", Duration.ZERO, Duration.ofDays(1), DEFAULT.lag));
  }
}
