/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed logins, and says how long each has to wait and who is not listened to for a while.
 *
 * <p>A login that was right before at the client's network is at home there: neither what others
 * have done to that login elsewhere nor what their address or network has done keeps it out. Only
 * its own failures there do; at an address where it was right, only those of that address. Counts
 * are forgotten with the process, places are not.
 *
 * <p>Each kind of count is bounded. Under a flood those go that are rarely asked for, so that
 * counts of who guesses on stay.
 */
public final class GuessGuard {
  static final int MOST_ADDRESSES = 100_000;
  static final int MOST_OTHERS = 50_000;

  /** Runs something later, on a thread that it must not hold up. */
  @FunctionalInterface
  public interface Later {
    void run(Duration after, Runnable task);
  }

  /** Told of blocks, on any thread. */
  public interface Events {
    /**
     * One has begun.
     *
     * @param last the attempt that was one too many
     */
    void blocked(Subject subject, Duration block, Attempt last);

    /** One is over, by its time or because somebody has ended it: told once of each. */
    void unblocked(Subject subject);
  }

  private final GuessLimits limits;
  private final LongSupplier nanoClock;
  private final Later later;
  private final Events events;
  private final Map<Scope, Cache<Subject, Failures>> counts = new EnumMap<>(Scope.class);
  private final KnownPlaces places;
  private final TriedSecrets tried;

  /**
   * Has counted nothing yet.
   *
   * @param places to be closed by whoever has opened them
   * @param nanoClock monotone
   */
  public GuessGuard(
      GuessLimits limits, KnownPlaces places, LongSupplier nanoClock, Later later, Events events) {
    this.limits = limits;
    this.places = places;
    this.nanoClock = nanoClock;
    this.later = later;
    this.events = events;
    this.tried = new TriedSecrets(bounded(MOST_OTHERS).expireAfterWrite(limits.window()).build());
    for (Scope scope : Scope.values()) {
      counts.put(
          scope,
          bounded(scope == Scope.ADDRESS ? MOST_ADDRESSES : MOST_OTHERS)
              .expireAfterAccess(limits.window().plus(limits.block()))
              .build());
    }
  }

  private Caffeine<Object, Object> bounded(int most) {
    return Caffeine.newBuilder()
        .maximumSize(most)
        .ticker(nanoClock::getAsLong)
        .executor(Runnable::run);
  }

  /** How long the client is still not listened to; empty when it is. */
  public Optional<Duration> blocked(Attempt attempt) {
    long now = nanoClock.getAsLong();
    long longest =
        subjects(attempt).stream()
            .mapToLong(
                subject -> {
                  Failures failures = known(subject);
                  return failures == null ? 0 : failures.blockedFor(now);
                })
            .max()
            .orElse(0);
    return longest > 0 ? Optional.of(Duration.ofNanos(longest)) : Optional.empty();
  }

  /** How long the reply waits for a client that is not listened to. */
  public Duration longestDelay() {
    return limits.longestDelay();
  }

  /** Which blocks count for an attempt. */
  private List<Subject> subjects(Attempt attempt) {
    Optional<Subject> home = home(attempt);
    if (home.isPresent()) {
      return List.of(home.get());
    }
    return attempt.isPassword()
        ? List.of(attempt.address(), attempt.network(), attempt.ofLogin())
        : List.of(attempt.address(), attempt.network());
  }

  /** Whether the login was right before at its place. */
  public boolean isKnown(Attempt attempt) {
    return home(attempt).isPresent();
  }

  /** Whether the login was right before at the very address that the attempt comes from. */
  private boolean isAtHome(Attempt attempt) {
    return !attempt.login().isEmpty() && places.has(attempt.spot());
  }

  /**
   * The place whose failures count. Where the very address was right before, those of its
   * neighbours do not.
   */
  private Optional<Subject> home(Attempt attempt) {
    return attempt.login().isEmpty()
        ? Optional.empty()
        : Stream.of(attempt.spot(), attempt.place()).filter(places::has).findFirst();
  }

  /**
   * Counts a failure.
   *
   * @return how long the reply has to wait
   */
  public Duration failed(Attempt attempt) {
    Duration delay = count(attempt, attempt.address());
    Duration unused = count(attempt, attempt.network());
    Duration other = Duration.ZERO;
    Optional<Subject> home = home(attempt);
    if (home.isPresent()) {
      other = count(attempt, home.get());
    } else if (attempt.isPassword()) {
      other = count(attempt, attempt.ofLogin());
    }
    return delay.compareTo(other) > 0 ? delay : other;
  }

  /**
   * Counts an attempt that one source has found wrong while another, perhaps the owner's, could not
   * be asked. The same secret again is no further guess: so a program that goes on with the right
   * one is not kept out. At an address where the login was right only that place pays, and not all
   * who share the address.
   *
   * @param secret what was tried; kept as a code under a key of this process, for a window
   * @return how long the reply has to wait
   */
  public Duration unsure(Attempt attempt, String secret) {
    if (!tried.isNew(attempt, secret)) {
      return limits.delay(1);
    }
    return isAtHome(attempt) ? count(attempt, attempt.spot()) : failed(attempt);
  }

  private Duration count(Attempt attempt, Subject subject) {
    long now = nanoClock.getAsLong();
    Failures failures = counted(subject, now);
    int block = failures.add(now);
    if (block > 0) {
      events.blocked(subject, limits.block(), attempt);
      later.run(limits.block(), () -> end(subject, failures, block));
      return limits.longestDelay();
    }
    return limits.delay(Math.max(1, failures.count(now)));
  }

  /** Tells of the end of a block, unless it was ended before, or a newer one holds. */
  private void end(Subject subject, Failures failures, int block) {
    Failures now = known(subject); // others, where a flood has pushed these out
    if (failures.isLast(block) && (now == null || now.blockedFor(nanoClock.getAsLong()) == 0)) {
      events.unblocked(subject);
    }
  }

  private Failures counted(Subject subject, long now) {
    return Objects.requireNonNull(cache(subject))
        .get(
            subject,
            key ->
                new Failures(
                    limits.most(key.scope()),
                    limits.window().toNanos(),
                    limits.block().toNanos(),
                    now));
  }

  private @Nullable Failures known(Subject subject) {
    return cache(subject).getIfPresent(subject);
  }

  private Cache<Subject, Failures> cache(Subject subject) {
    return Objects.requireNonNull(counts.get(subject.scope()));
  }

  /**
   * Remembers where a login was right. Failures before it stay: who has one password and guesses at
   * another's shall not begin anew with it.
   */
  public void succeeded(Attempt attempt) {
    if (!attempt.login().isEmpty()) {
      places.add(attempt.spot());
      places.add(attempt.place());
    }
  }

  /**
   * Who is not listened to.
   *
   * @param left how long still
   */
  public record Block(Subject subject, Duration left) {}

  /** All blocks, those first that last longest. */
  public List<Block> blocks() {
    long now = nanoClock.getAsLong();
    return counts.values().stream()
        .flatMap(cache -> cache.asMap().entrySet().stream())
        .map(each -> new Block(each.getKey(), Duration.ofNanos(each.getValue().blockedFor(now))))
        .filter(block -> !block.left().isZero())
        .sorted(Comparator.comparing(Block::left).reversed())
        .toList();
  }

  /**
   * Ends blocks, tells of it, and forgets what was counted.
   *
   * @param who the whole of what the log has behind {@code of=}; of a login its places too
   * @return those that were blocked
   */
  public List<Subject> unblock(String who) {
    long now = nanoClock.getAsLong();
    List<Subject> ended = new ArrayList<>();
    for (Cache<Subject, Failures> cache : counts.values()) {
      cache
          .asMap()
          .forEach(
              (subject, failures) -> {
                if (subject.isOf(who) && failures.forgive(now)) {
                  ended.add(subject);
                }
              });
    }
    ended.forEach(events::unblocked);
    return ended;
  }

  long size() {
    counts.values().forEach(Cache::cleanUp);
    return counts.values().stream().mapToLong(Cache::estimatedSize).sum();
  }
}
