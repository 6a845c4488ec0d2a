/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the DNS said of keys: an hour when it was right, five minutes otherwise, so that a
 * record that was forgotten is seen soon. Of several who ask for one key at once, one asks the DNS
 * and the others wait for its answer.
 */
public final class PublicationMemory {
  private static final Duration RIGHT = Duration.ofHours(1);
  private static final Duration WRONG = Duration.ofMinutes(5);
  private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);

  private final PublicationCheck check;
  private final InstantSource time;
  private final Map<Question, Known> known = new ConcurrentHashMap<>();

  /** A key of a selector; one that replaces another is asked for anew. */
  private record Question(String name, String record) {}

  /** What is known of one key. */
  private static final class Known {
    private @Nullable Publication publication;
    private Instant end = Instant.MIN;
    private @Nullable Instant warned;
  }

  /** The clock says how old an answer is. */
  public PublicationMemory(PublicationCheck check, InstantSource time) {
    this.check = check;
    this.time = time;
  }

  /** What the DNS says, or said not long ago. */
  public Publication of(String domain, TableKey key) {
    Known entry = entry(domain, key);
    synchronized (entry) {
      Instant now = time.instant();
      Publication publication = entry.publication;
      if (publication == null || !now.isBefore(entry.end)) {
        publication = check.of(domain, key);
        entry.publication = publication;
        entry.end = now.plus(publication.state().verifies() ? RIGHT : WRONG);
      }
      return publication;
    }
  }

  /** Whether a warning of this key is due: the first, and then one an hour. */
  public boolean shouldWarn(String domain, TableKey key) {
    Known entry = entry(domain, key);
    synchronized (entry) {
      Instant now = time.instant();
      if (entry.warned != null && now.isBefore(entry.warned.plus(BETWEEN_WARNINGS))) {
        return false;
      }
      entry.warned = now;
      return true;
    }
  }

  private Known entry(String domain, TableKey key) {
    return known.computeIfAbsent(
        new Question(key.recordName(domain), key.record()), unused -> new Known());
  }
}
