/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All limits of limits.xml and what is counted. What was spent is written to a file a minute after
 * it changed, and at the end: a crash forgets that minute.
 */
public final class Limits implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Limits.class);

  private final List<Metered> metered;
  private final OpenSessions sessions;
  private final KnownRecipients known;
  private final CounterFile file;
  private final Bookings bookings;

  /**
   * A limit with its meters.
   *
   * @param laterByKind what of mail to be released later is counted with when it comes in, so that
   *     no more of it gathers than comes in otherwise; a restart forgets that
   */
  record Metered(Limit limit, Map<Kind, List<Meter>> byKind, Map<Kind, List<Meter>> laterByKind) {
    static Metered of(Limit limit, Ticker ticker) {
      Map<Kind, List<Meter>> byKind = meters(limit, ticker);
      boolean holds = limit.consequence() == Consequence.HOLD;
      return new Metered(limit, byKind, holds ? meters(limit, ticker) : byKind);
    }

    private static Map<Kind, List<Meter>> meters(Limit limit, Ticker ticker) {
      Map<Kind, List<Meter>> byKind = new EnumMap<>(Kind.class);
      for (Rate rate : limit.rates()) {
        byKind
            .computeIfAbsent(rate.kind(), kind -> new ArrayList<>())
            .add(new Meter(limit, rate, ticker));
      }
      return byKind;
    }

    /**
     * Those that count a kind of a mail that comes in.
     *
     * @param later whether it is to be released later
     */
    List<Meter> meters(Kind kind, boolean later) {
      return (later ? laterByKind : byKind).getOrDefault(kind, List.of());
    }

    boolean countsNew() {
      return byKind.containsKey(Kind.NEW_RECIPIENTS);
    }

    boolean isOfRecipients() {
      return limit.scope() == Scope.RECIPIENT_DOMAIN;
    }

    String pairKey(String key) {
      return limit.name() + '\n' + key;
    }
  }

  private Limits(
      List<Metered> metered, List<Meter> meters, KnownRecipients known, CounterFile file) {
    this.metered = metered;
    this.bookings = new Bookings(meters);
    this.known = known;
    this.file = file;
    this.sessions = new OpenSessions(metered.stream().map(Metered::limit).toList());
  }

  /**
   * Begins with what the file has; one that cannot be read is a warning, and nothing is spent.
   *
   * @param var the directory of the files; need not exist yet
   */
  public static Limits open(LimitsConfiguration configuration, Path var, Clock clock) {
    return open(configuration, var, clock, System::nanoTime);
  }

  static Limits open(LimitsConfiguration configuration, Path var, Clock clock, Ticker ticker) {
    List<Metered> metered =
        configuration.limits().stream().map(limit -> Metered.of(limit, ticker)).toList();
    List<Meter> meters =
        metered.stream()
            .flatMap(each -> each.byKind().values().stream())
            .flatMap(List::stream)
            .toList();
    KnownRecipients known = known(metered, var);
    CounterFile file = new CounterFile(var, clock, meters, known);
    file.read();
    return new Limits(metered, meters, known, file);
  }

  private static KnownRecipients known(List<Metered> metered, Path var) {
    if (metered.stream().noneMatch(Metered::countsNew)) {
      return KnownRecipients.none(1);
    }
    Path file = CounterFile.recipients(var);
    try {
      return KnownRecipients.read(file);
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("All recipients are new again: {} cannot be read: {}", file, e.toString());
      return KnownRecipients.none();
    }
  }

  /**
   * A mail begins.
   *
   * @param senderDomain of the reverse path, in lower case; empty for the null path
   * @param later whether its client has asked for a later release (RFC 4865)
   */
  public MailCount begin(Submitter who, String senderDomain, boolean later) {
    return new MailCount(this, who, senderDomain, later);
  }

  /**
   * A mail is released whose client had asked for that time: limits that hold count it now, and not
   * before, or what was gathered for one time would leave at once.
   *
   * @param booked what {@link MailCount#booked} said of it
   * @return the limit that it must be held for longest, if any
   */
  public Optional<LimitReached> release(String booked) {
    Optional<LimitReached> longest = bookings.take(booked);
    changed();
    return longest;
  }

  /** Counts a session; when there is no room for it, nothing is counted. */
  public Optional<LimitReached> enter(Submitter who) {
    return sessions.enter(who);
  }

  /** A session that had entered, as the same submitter, has ended. */
  public void leave(Submitter who) {
    sessions.leave(who);
  }

  List<Metered> metered() {
    return metered;
  }

  KnownRecipients known() {
    return known;
  }

  void changed() {
    file.changed();
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    file.close();
  }
}
