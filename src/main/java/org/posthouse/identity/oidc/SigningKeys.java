/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an issuer, as far as they are known.
 *
 * <p>They are asked for when they are first needed, when they are an hour old (those at hand are
 * used meanwhile), and when a token names one that is not among them; for such a token at most once
 * a minute, since anyone can make one up. An issuer that is down is asked every ten seconds at
 * most, and its keys are used until they are too old.
 */
final class SigningKeys {
  static final Duration FRESH = Duration.ofHours(1);
  static final Duration BETWEEN = Duration.ofMinutes(1);
  static final Duration BETWEEN_FAILURES = Duration.ofSeconds(10);

  private final Supplier<CompletionStage<JWKSet>> source;
  private final Duration kept;
  private final LongSupplier nanoClock;

  private @Nullable JWKSet keys;
  private long fetchedAt;
  private long triedAt;
  private @Nullable Throwable failure;
  private @Nullable CompletableFuture<JWKSet> pending;

  SigningKeys(Supplier<CompletionStage<JWKSet>> source, Duration kept, LongSupplier nanoClock) {
    this.source = source;
    this.kept = kept;
    this.nanoClock = nanoClock;
  }

  /** Keys to try; completed exceptionally when there are none. */
  synchronized CompletionStage<JWKSet> current() {
    long age = nanoClock.getAsLong() - fetchedAt;
    if (keys == null || age >= kept.toNanos()) {
      return newest(BETWEEN_FAILURES);
    }
    if (age >= FRESH.toNanos() && mayTry(BETWEEN_FAILURES)) {
      CompletableFuture<JWKSet> unused = fetch();
    }
    return CompletableFuture.completedFuture(keys);
  }

  /** Keys for a token of which none of those fits; the same when they were just asked for. */
  synchronized CompletionStage<JWKSet> newerThan(JWKSet seen) {
    if (keys != null && !keys.equals(seen)) {
      return CompletableFuture.completedFuture(keys);
    }
    return newest(BETWEEN);
  }

  private CompletionStage<JWKSet> newest(Duration between) {
    if (pending != null) {
      return pending;
    }
    if (mayTry(failure == null ? between : BETWEEN_FAILURES)) {
      return fetch();
    }
    return failure == null && keys != null
        ? CompletableFuture.completedFuture(keys)
        : CompletableFuture.failedFuture(
            failure == null ? new IOException("no keys yet") : failure);
  }

  private boolean mayTry(Duration between) {
    boolean never = keys == null && failure == null;
    return pending == null && (never || nanoClock.getAsLong() - triedAt >= between.toNanos());
  }

  private CompletableFuture<JWKSet> fetch() {
    triedAt = nanoClock.getAsLong();
    CompletableFuture<JWKSet> asked = new CompletableFuture<>();
    pending = asked;
    var unused =
        ask()
            .whenComplete(
                (fetched, failed) -> {
                  end(fetched, failed);
                  if (failed == null) {
                    asked.complete(fetched);
                  } else {
                    asked.completeExceptionally(cause(failed));
                  }
                });
    return asked;
  }

  private CompletionStage<JWKSet> ask() {
    try {
      return source.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized void end(@Nullable JWKSet fetched, @Nullable Throwable failed) {
    pending = null;
    failure = failed == null ? null : cause(failed);
    if (fetched != null) {
      keys = fetched;
      fetchedAt = nanoClock.getAsLong();
    }
  }

  static Throwable cause(Throwable failed) {
    return failed instanceof CompletionException && failed.getCause() != null
        ? failed.getCause()
        : failed;
  }
}
