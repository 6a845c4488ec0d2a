/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each credential of the file of users opened last.
 *
 * <p>Kept beside the store, not in the file of users: a login must not rewrite that. Written a
 * minute after the first login that is not written yet, whole and by rename; a crash loses that
 * minute. One line for each: {@code alice laptop 2026-11-29T05:52:00Z}.
 */
public final class LastUses implements PasswordChecker.Uses, AutoCloseable {
  static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Logger LOGGER = LoggerFactory.getLogger(LastUses.class);

  /** A credential of a user. */
  public record UsedCredential(UserName user, String credential) {}

  private final Path file;
  private final Clock clock;
  private final Predicate<UsedCredential> kept;
  private final LateWriter writer;
  private final Map<UsedCredential, Instant> fresh = new HashMap<>();

  /**
   * Reads and writes nothing yet.
   *
   * @param file need not exist; its directory must when it is written
   * @param kept whether a credential is still there; of others nothing is kept
   */
  public LastUses(Path file, Clock clock, Predicate<UsedCredential> kept) {
    this(file, clock, kept, PAUSE);
  }

  LastUses(Path file, Clock clock, Predicate<UsedCredential> kept, Duration pause) {
    this.file = file;
    this.clock = clock;
    this.kept = kept;
    this.writer = new LateWriter("last-uses", pause, this::write);
  }

  /** Where the server of a home keeps them, below var/. */
  public static Path in(Path var) {
    return var.resolve("last-uses");
  }

  @Override
  public void note(UserName user, String credential) {
    synchronized (fresh) {
      fresh.put(
          new UsedCredential(user, credential), clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }
    writer.changed();
  }

  private void write() {
    Map<UsedCredential, Instant> added;
    synchronized (fresh) {
      added = Map.copyOf(fresh);
      fresh.clear();
    }
    try {
      Map<UsedCredential, Instant> all = new HashMap<>(read(file));
      all.putAll(added);
      all.keySet().removeIf(kept.negate());
      replace(all);
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("Cannot write when passwords were used last to {}: {}", file, e.toString());
    }
  }

  private void replace(Map<UsedCredential, Instant> uses) throws IOException {
    StringBuilder text = new StringBuilder();
    Map<String, Instant> sorted = new TreeMap<>();
    uses.forEach((key, time) -> sorted.put(key.user() + " " + key.credential(), time));
    sorted.forEach((names, time) -> text.append(names).append(' ').append(time).append('\n'));
    PrivateFile.replace(file, out -> out.write(text.toString().getBytes(UTF_8)));
  }

  /**
   * What the file has, at most a minute old; nothing when there is none. A line that is none is
   * passed over.
   *
   * @throws IOException when the file is there and cannot be read
   */
  public static Map<UsedCredential, Instant> read(Path file) throws IOException {
    Map<UsedCredential, Instant> uses = new HashMap<>();
    try {
      // Not by lines of UTF-8: one bad octet would take all of them along.
      for (String line : new String(Files.readAllBytes(file), UTF_8).lines().toList()) {
        String[] words = line.split(" ", -1);
        if (words.length == 3) {
          add(uses, words);
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return uses;
  }

  private static void add(Map<UsedCredential, Instant> uses, String[] words) {
    try {
      uses.put(new UsedCredential(UserName.of(words[0]), words[1]), Instant.parse(words[2]));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      LOGGER.debug("a line of last uses is none", e);
    }
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    writer.close();
  }
}
