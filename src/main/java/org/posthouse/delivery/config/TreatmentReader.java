/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.posthouse.config.Settings;
import org.posthouse.config.TimeSpan;
import org.posthouse.delivery.Limits;
import org.posthouse.delivery.Limits.Rate;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.Timeouts;

/** Reads what {@code <default>} and each {@code <destination>} may hold. */
final class TreatmentReader {
  private static final int MOST_CONNECTIONS = 10_000;
  private static final int MOST = 1_000_000;
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration LONGEST_IDLE = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  private TreatmentReader() {}

  /**
   * What is not written is as otherwise.
   *
   * @param name of the destination; empty for sites that belong to none
   */
  static Treatment read(Settings part, String name, Treatment otherwise) {
    return new Treatment(
        part.choice("tls", otherwise.tls()),
        timeouts(part.section("timeouts"), otherwise.timeouts()),
        part.choice("addresses", otherwise.family()),
        limits(part, name, otherwise.limits()),
        RetryReader.read(part.section("retry"), otherwise.retry()));
  }

  private static Limits limits(Settings part, String name, Limits otherwise) {
    Optional<Rate> rate = Optional.ofNullable(otherwise.rate());
    return new Limits(
        name,
        part.number("connections", 1, MOST_CONNECTIONS, otherwise.connections()),
        part.number("mailsPerConnection", 1, MOST, otherwise.mailsPerConnection()),
        part.number("recipientsPerTransaction", 1, MOST, otherwise.recipientsPerTransaction()),
        part.read("rate", rate, TreatmentReader::rate).orElse(null),
        part.duration("idle", Duration.ZERO, LONGEST_IDLE, otherwise.idle()));
  }

  private static Timeouts timeouts(Settings part, Timeouts otherwise) {
    Timeouts timeouts = otherwise;
    for (Phase phase : EnumSet.complementOf(EnumSet.of(Phase.LOOKUP))) { // dnsservice.xml
      timeouts =
          timeouts.with(phase, part.duration(element(phase), SOON, LONGEST, timeouts.of(phase)));
    }
    return timeouts;
  }

  private static String element(Phase phase) {
    return switch (phase) {
      case LOOKUP -> throw new IllegalArgumentException("no phase of a session");
      case CONNECT -> "connect";
      case TLS -> "tls";
      case GREETING -> "greeting";
      case EHLO -> "ehlo";
      case STARTTLS -> "starttls";
      case AUTH -> "auth";
      case MAIL -> "mail";
      case RCPT -> "rcpt";
      case DATA -> "data";
      case CONTENT -> "content";
      case FINAL_DOT -> "finalDot";
      case RSET -> "rset";
      case QUIT -> "quit";
    };
  }

  private static Optional<Rate> rate(String text) {
    if (text.equalsIgnoreCase("unlimited")) {
      return Optional.empty();
    }
    String[] parts = text.split("/", -1);
    String count = parts[0].trim();
    if (parts.length != 2 || !count.matches("[1-9][0-9]{0,6}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate; write a number, '/' and a time, as 100 / 1 min");
    }
    Duration per = TimeSpan.parse(parts[1]);
    if (per.compareTo(SOON) < 0 || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the time of a rate is from 1ms to " + TimeSpan.text(LONGEST) + ", not" + parts[1]);
    }
    return Optional.of(new Rate(Integer.parseInt(count), per));
  }
}
