/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rate of one limit: a token bucket for each key.
 *
 * <p>Bounded: {@link #BUCKETS} keys have a bucket; of those that fall out {@link #ASIDE} are kept
 * as a number. A key that nobody has used for the rate's time is full again and is forgotten.
 */
final class Meter {
  static final int BUCKETS = 100_000;
  static final int ASIDE = 1_000_000;

  /** A mail that would have to be held for longer is refused for now. */
  static final Duration LONGEST_HOLD = Duration.ofDays(1);

  /**
   * What came in for a later release, of thirty days at most, may all be released at one time, and
   * then owes so much.
   */
  private static final Duration LONGEST_DEBT = Duration.ofDays(31);

  private final Limit limit;
  private final Rate rate;
  private final long unit;
  private final long full;
  private final Ticker ticker;
  private final Cache<String, Bucket> buckets;
  private final Cache<String, Spent> aside;

  /** So many units less than full, at that time of the ticker. */
  private record Spent(long units, long at) {}

  Meter(Limit limit, Rate rate, Ticker ticker) {
    this(limit, rate, ticker, BUCKETS);
  }

  Meter(Limit limit, Rate rate, Ticker ticker, int most) {
    this.limit = limit;
    this.rate = rate;
    this.unit = unit(rate);
    this.full = rate.amount() * unit;
    this.ticker = ticker;
    boolean holds = limit.consequence() == Consequence.HOLD;
    Duration untilFull = rate.per().plus(holds ? LONGEST_DEBT : LONGEST_HOLD);
    this.aside =
        Caffeine.newBuilder().maximumSize(ASIDE).expireAfterWrite(untilFull).ticker(ticker).build();
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(most)
            .executor(Runnable::run)
            .expireAfterAccess(untilFull)
            .ticker(ticker)
            .evictionListener(this::setAside)
            .build();
  }

  /**
   * Buckets count whole tokens, and a restart would lose the part of the next one, a day's of one a
   * day; so a mail takes up to a million. A bucket takes one a nanosecond at most.
   */
  private static long unit(Rate rate) {
    long unit = 1_000_000;
    while (unit > 1 && rate.amount() > rate.per().toNanos() / unit) {
      unit /= 10;
    }
    return unit;
  }

  Limit limit() {
    return limit;
  }

  Rate rate() {
    return rate;
  }

  /** The same after a restart, when neither the limit's name nor the rate's time has changed. */
  String name() {
    return String.join(
        "\t", limit.name(), rate.kind().element(), Long.toString(rate.per().toSeconds()));
  }

  /** Time of the cache's ticker, which is nanoseconds as the bucket's. */
  private record Meterage(Ticker ticker) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return ticker.read();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  private void setAside(@Nullable String key, @Nullable Bucket bucket, RemovalCause cause) {
    if (key != null && bucket != null) {
      long spent = full - bucket.getAvailableTokens();
      if (spent > 0) {
        aside.put(key, new Spent(spent, ticker.read()));
      }
    }
  }

  /** Takes so much, all or nothing; how long to wait when it cannot, 0 when it has. */
  long take(String key, long amount) {
    ConsumptionProbe probe = bucket(key).tryConsumeAndReturnRemaining(amount * unit);
    return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  /** How long {@link #take} would have to wait now; takes nothing. */
  long wait(String key, long amount) {
    return bucket(key).estimateAbilityToConsume(amount * unit).getNanosToWaitForRefill();
  }

  /** Takes so much in advance; how long until it is paid for. Nothing when that is too long. */
  long reserve(String key, long amount) {
    long wait = owe(key, amount);
    if (wait > LONGEST_HOLD.toNanos()) {
      giveBack(key, amount);
    }
    return wait;
  }

  /** Takes so much in advance, however long it is until it is paid for: so long. */
  long owe(String key, long amount) {
    return bucket(key).consumeIgnoringRateLimits(amount * unit);
  }

  void giveBack(String key, long amount) {
    bucket(key).addTokens(amount * unit); // never beyond full
  }

  private Bucket bucket(String key) {
    Bucket known = buckets.getIfPresent(key);
    return known == null ? buckets.get(key, this::make) : known;
  }

  private Bucket make(String key) {
    Spent spent = aside.asMap().remove(key);
    return make(spent == null ? 0 : left(spent.units, ticker.read() - spent.at));
  }

  private Bucket make(long spent) {
    long now = Math.min(spent, full);
    Bucket bucket =
        Bucket.builder()
            .addLimit(
                limit ->
                    limit.capacity(full).refillGreedy(full, rate.per()).initialTokens(full - now))
            .withCustomTimePrecision(new Meterage(ticker))
            .build();
    if (spent > now) {
      long unused = bucket.consumeIgnoringRateLimits(spent - now);
    }
    return bucket;
  }

  private long left(long spent, long nanos) {
    double refilled = (double) full / rate.per().toNanos() * Math.max(0, nanos);
    return refilled >= spent ? 0 : spent - (long) refilled;
  }

  /** What is spent of each key that is not full, now; parts of one included. */
  Map<String, Double> spent() {
    Map<String, Double> all = new HashMap<>();
    long now = ticker.read();
    aside
        .asMap()
        .forEach((key, spent) -> all.put(key, (double) left(spent.units, now - spent.at) / unit));
    buckets
        .asMap()
        .forEach(
            (key, bucket) -> all.put(key, (double) (full - bucket.getAvailableTokens()) / unit));
    all.values().removeIf(spent -> spent <= 0);
    return all;
  }

  /** Begins with so much spent, so long ago. */
  void restore(String key, double spent, Duration ago) {
    long left = left((long) (spent * unit), ago.toNanos());
    if (left > 0) {
      aside.put(key, new Spent(left, ticker.read()));
    }
  }
}
