/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Duration;
import org.posthouse.config.Settings;

/**
 * Bounds of what clients may do, for the whole server; {@code reception} of relay.xml.
 * src/doc/SMTP.md has the reply to each.
 *
 * @param sessions at a time, at all doors
 * @param sessionsPerAddress of one client address at a time
 * @param sessionsPerNetwork of a /24 of IPv4 or a /64 of IPv6 at a time
 * @param errors replies of 4yz and 5yz in a session
 * @param idleCommands commands in a row that bring no mail forward, such as NOOP
 * @param greetingDelay how long a client must wait in silence for the greeting
 * @param slowest how fast a message must come
 * @param recipients of one mail
 * @param message what its content may be
 */
public record SessionLimits(
    int sessions,
    int sessionsPerAddress,
    int sessionsPerNetwork,
    int errors,
    int idleCommands,
    Duration greetingDelay,
    LeastSpeed slowest,
    int recipients,
    Message message) {
  private static final int MOST = 1_000_000;

  public static final SessionLimits DEFAULT =
      new SessionLimits(
          5_000,
          200,
          500,
          20,
          100,
          Duration.ZERO,
          new LeastSpeed(6_000, Duration.ofMinutes(1)),
          1_000,
          new Message(1_000, 100, 50, 5_000));

  /**
   * Bounds of a message.
   *
   * @param headerFields in its header
   * @param received fields Received among them: hosts that it came by
   * @param mimeDepth multiparts and messages inside of each other
   * @param mimeParts in all
   */
  public record Message(int headerFields, int received, int mimeDepth, int mimeParts) {
    static Message read(Settings part, Message otherwise) {
      return new Message(
          part.number("headerFields", 1, MOST, otherwise.headerFields),
          part.number("received", 1, MOST, otherwise.received),
          part.number("mimeDepth", 1, MOST, otherwise.mimeDepth),
          part.number("mimeParts", 1, MOST, otherwise.mimeParts));
    }
  }

  /** Reads {@code reception} of relay.xml. */
  public static SessionLimits read(Settings relay) {
    Settings part = relay.section("reception");
    SessionLimits limits =
        new SessionLimits(
            part.number("sessions", 1, MOST, DEFAULT.sessions),
            part.number("sessionsPerAddress", 1, MOST, DEFAULT.sessionsPerAddress),
            part.number("sessionsPerNetwork", 1, MOST, DEFAULT.sessionsPerNetwork),
            part.number("errors", 1, MOST, DEFAULT.errors),
            part.number("idleCommands", 1, MOST, DEFAULT.idleCommands),
            part.duration("greetingDelay", Duration.ZERO, Duration.ofMinutes(1), Duration.ZERO),
            part.read("slowest", DEFAULT.slowest, LeastSpeed::parse),
            part.number("recipients", 1, MOST, DEFAULT.recipients),
            Message.read(part, DEFAULT.message));
    if (limits.sessionsPerAddress > limits.sessionsPerNetwork
        || limits.sessionsPerNetwork > limits.sessions) {
      part.warning(
          "", "a bound of an address is above that of its network, or that above the bound of all");
    }
    return limits;
  }
}
