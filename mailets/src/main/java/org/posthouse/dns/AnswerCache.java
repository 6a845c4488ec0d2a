/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer.Status;

/** Answers that still hold; those that were used longest ago go first when there are too many. */
final class AnswerCache {
  private static final int ENTRIES = 10_000;
  private static final int OCTETS = 8 << 20;

  /** Whoever asks thrice for one message gets one answer, also from a zone with TTLs of 0. */
  private static final long LEAST_SECONDS = 5;

  private static final long MOST_SECONDS = Duration.ofDays(1).toSeconds();

  /** RFC 2308 section 5 finds one to three hours sensible; a new record should be seen sooner. */
  private static final long MOST_NEGATIVE_SECONDS = Duration.ofMinutes(15).toSeconds();

  private final int mostEntries;
  private final int mostOctets;
  private final Map<Question, Kept> entries = new LinkedHashMap<>(16, 0.75f, true);
  private int octets;

  private record Kept(Answer answer, long end, int octets) {}

  AnswerCache() {
    this(ENTRIES, OCTETS);
  }

  /** Keeps so many answers that came in messages of so many octets. */
  AnswerCache(int mostEntries, int mostOctets) {
    this.mostEntries = mostEntries;
    this.mostOctets = mostOctets;
  }

  /**
   * What is known, if anything is.
   *
   * @param now of a clock in nanoseconds
   */
  synchronized @Nullable Answer get(Question question, long now) {
    Kept kept = entries.get(question);
    if (kept == null) {
      return null;
    }
    if (now - kept.end() >= 0) {
      remove(question);
      return null;
    }
    return kept.answer();
  }

  synchronized void put(Question question, Reply reply, long now) {
    remove(question);
    long end = now + Duration.ofSeconds(seconds(reply)).toNanos();
    entries.put(question, new Kept(reply.answer(), end, reply.octets()));
    octets += reply.octets();
    Iterator<Kept> eldest = entries.values().iterator();
    while (entries.size() > mostEntries || octets > mostOctets) {
      octets -= eldest.next().octets();
      eldest.remove();
    }
  }

  private void remove(Question question) {
    Kept old = entries.remove(question);
    octets -= old == null ? 0 : old.octets();
  }

  private static long seconds(Reply reply) {
    boolean isFound = reply.answer().status() == Status.FOUND;
    long most = isFound ? MOST_SECONDS : MOST_NEGATIVE_SECONDS;
    return Math.max(LEAST_SECONDS, Math.min(most, reply.ttlSeconds()));
  }
}
