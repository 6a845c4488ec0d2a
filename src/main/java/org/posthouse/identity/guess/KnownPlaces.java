/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.LateWriter;
import org.posthouse.identity.PrivateFile;
import org.posthouse.identity.client.Range;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where logins were right within the last 30 days, on disk: else a restart would let whoever
 * guesses at a login keep its owner out. Of each login those that are newest: whoever has one, and
 * many addresses, must not push out the places of others.
 *
 * <p>Written a minute after the first place that is new or a day older than the file says, whole
 * and by rename; a crash loses that minute. One line for each, as {@code 2026-11-29T05:52:00Z
 * alice%2C192.0.2.0%2F24}.
 */
public final class KnownPlaces implements AutoCloseable {
  static final int MOST = 100_000;
  static final int MOST_OF_LOGIN = 500;
  static final Duration KEPT = Duration.ofDays(30);
  private static final Duration EXACT = Duration.ofDays(1);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Logger LOGGER = LoggerFactory.getLogger(KnownPlaces.class);

  private final Path file;
  private final Clock clock;

  /** By login, and of each by place. */
  private final Cache<String, Map<String, Instant>> places =
      Caffeine.newBuilder()
          .maximumWeight(MOST)
          .weigher((String login, Map<String, Instant> of) -> of.size())
          .executor(Runnable::run)
          .build();

  /** When a login was last right at an address or in a network, whichever it was. */
  private final Cache<String, Instant> whereabouts =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  private final LateWriter writer = new LateWriter("known-places", PAUSE, this::replace);

  private KnownPlaces(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Reads what the file has; a file that cannot be read is a warning, and knows no place.
   *
   * @param var where the server of a home keeps it
   */
  public static KnownPlaces open(Path var, Clock clock) {
    KnownPlaces places = new KnownPlaces(var.resolve("known-places"), clock);
    places.read();
    return places;
  }

  private void read() {
    try {
      new String(Files.readAllBytes(file), UTF_8).lines().forEach(this::read);
    } catch (NoSuchFileException e) {
      LOGGER.debug("nobody has logged in yet", e);
    } catch (IOException e) {
      LOGGER.warn("Places of logins are learnt anew: {} cannot be read: {}", file, e.toString());
    }
  }

  private void read(String line) {
    String[] words = line.split(" ", -1);
    try {
      if (words.length == 2) {
        put(new Subject(Scope.PLACE, URLDecoder.decode(words[1], UTF_8)), Instant.parse(words[0]));
      }
    } catch (IllegalArgumentException | DateTimeParseException e) {
      LOGGER.debug("a line of known places is none", e);
    }
  }

  boolean has(Subject place) {
    return isRecent(last(place), KEPT);
  }

  /** Whether somebody's login was right in the network of a client. */
  public boolean isNear(InetAddress client) {
    return isRecent(whereabouts.getIfPresent(Range.around(client).toString()), KEPT);
  }

  /** Whether somebody's login was right at the very address of a client. */
  public boolean isAt(InetAddress client) {
    return isRecent(whereabouts.getIfPresent(client.getHostAddress()), KEPT);
  }

  private @Nullable Instant last(Subject place) {
    Map<String, Instant> all = places.getIfPresent(place.login());
    return all == null ? null : all.get(place.of());
  }

  /** The login was right there. */
  void add(Subject place) {
    if (!isRecent(last(place), EXACT)) {
      put(place, clock.instant());
      writer.changed();
    }
  }

  private void put(Subject place, Instant last) {
    places.asMap().merge(place.login(), Map.of(place.of(), last), KnownPlaces::and);
    String where = place.of().substring(place.of().lastIndexOf(',') + 1);
    whereabouts.asMap().merge(where, last, (a, b) -> a.isAfter(b) ? a : b);
  }

  private static Map<String, Instant> and(Map<String, Instant> all, Map<String, Instant> more) {
    Map<String, Instant> both = new HashMap<>(all);
    both.putAll(more);
    if (both.size() > MOST_OF_LOGIN) {
      both.entrySet().stream()
          .min(Map.Entry.comparingByValue())
          .map(Map.Entry::getKey)
          .ifPresent(both::remove);
    }
    return both;
  }

  private boolean isRecent(@Nullable Instant last, Duration span) {
    return last != null && last.plus(span).isAfter(clock.instant());
  }

  private void replace() {
    TreeMap<String, Instant> all = new TreeMap<>();
    for (Map<String, Instant> ofLogin : places.asMap().values()) {
      ofLogin.forEach(
          (place, last) -> {
            if (isRecent(last, KEPT)) {
              all.put(URLEncoder.encode(place, UTF_8), last);
            }
          });
    }
    StringBuilder text = new StringBuilder();
    all.forEach((place, last) -> text.append(last).append(' ').append(place).append('\n'));
    try {
      PrivateFile.replace(file, out -> out.write(text.toString().getBytes(UTF_8)));
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("Cannot write where logins were right to {}: {}", file, e.toString());
    }
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    writer.close();
  }
}
