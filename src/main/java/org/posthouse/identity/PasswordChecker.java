/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.FileFailure;

/**
 * Checks passwords against the file of users without holding up the caller.
 *
 * <p>A login seen shortly before is answered at once from {@link SuccessCache}; any other goes to a
 * bounded pool, and when that is full the answer is "unavailable", never "rejected".
 */
public final class PasswordChecker implements PasswordSource {
  /** What identities.xml calls the file of users. */
  public static final String SOURCE = "users";

  /** Told of each credential that opened. */
  @FunctionalInterface
  public interface Uses {
    /** Must return at once, and throw nothing. */
    void note(UserName user, String credential);
  }

  private final WatchedUserFile users;
  private final SuccessCache cache;
  private final PasswordTrial trial;
  private final Executor pool;
  private final Uses uses;
  private final Clock clock;
  private volatile UserTable lastSeen = UserTable.EMPTY;

  /**
   * A checker with an empty cache.
   *
   * @param pool runs the slow hashes; it must refuse work rather than queue without bound, as
   *     {@link VerificationPool} does
   */
  public PasswordChecker(WatchedUserFile users, Executor pool) {
    this(users, pool, (user, credential) -> {}, Clock.systemUTC());
  }

  /**
   * A checker that tells of each password that opened.
   *
   * @param clock by which credentials expire
   */
  public PasswordChecker(WatchedUserFile users, Executor pool, Uses uses, Clock clock) {
    this(users, pool, KeyDerivation.PBKDF2, uses, clock, System::nanoTime);
  }

  PasswordChecker(
      WatchedUserFile users,
      Executor pool,
      KeyDerivation derivation,
      Uses uses,
      Clock clock,
      LongSupplier nanoClock) {
    this.uses = uses;
    this.clock = clock;
    this.users = users;
    this.cache = new SuccessCache(nanoClock);
    this.trial = new PasswordTrial(derivation);
    this.pool = pool;
  }

  /** Completed already when the answer is known. */
  @Override
  public CompletionStage<CheckResult> check(String userName, String password) {
    UserTable table;
    try {
      table = current();
    } catch (IOException e) {
      return done(CheckResult.unavailable(FileFailure.text(e)));
    }
    Optional<UserRecord> user = userName(userName).flatMap(table::user);
    return user.flatMap(u -> cached(u, password).map(c -> accepted(u, c)))
        .map(PasswordChecker::done)
        .orElseGet(() -> submit(table, user, password));
  }

  private CompletionStage<CheckResult> submit(
      UserTable table, Optional<UserRecord> user, String password) {
    return PooledCheck.run(pool, () -> verify(table, user, password));
  }

  private CheckResult verify(UserTable table, Optional<UserRecord> user, String password) {
    // A burst of the same client's connections waits here; the first one paid for all.
    Optional<Credential> match =
        user.flatMap(u -> cached(u, password))
            .or(
                () ->
                    trial.run(
                        table,
                        user.map(this::inOrder).orElse(List.of()),
                        password,
                        credential -> !credential.isExpired(today())));
    if (user.isEmpty() || match.isEmpty()) {
      return CheckResult.REJECTED;
    }
    if (match.get().isExpired(today())) {
      return CheckResult.expired(match.get().name());
    }
    cache.put(user.get().name(), match.get(), password);
    return accepted(user.get(), match.get());
  }

  private Optional<Credential> cached(UserRecord user, String password) {
    return cache.find(user.on(today()), password);
  }

  /** Those that open come first: the same password may have been given again. */
  private List<Credential> inOrder(UserRecord user) {
    return user.credentials().stream()
        .sorted(Comparator.comparing(credential -> credential.isExpired(today())))
        .toList();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** What a credential comes to that opened, in whichever way; its use is noted. */
  public CheckResult accepted(UserRecord user, Credential credential) {
    uses.note(user.name(), credential.name());
    return CheckResult.accepted(Identity.named(user.name().value(), SOURCE), credential);
  }

  /** Also while the file cannot be read: a new login would get "try again" now. */
  @Override
  public boolean isRevoked(Identity identity, String credential, @Nullable ScramVerifier verifier) {
    if (!identity.source().equals(SOURCE)) {
      return false;
    }
    try {
      UserTable table = current();
      return userName(identity.name())
          .flatMap(table::user)
          .flatMap(user -> user.on(today()).credential(credential))
          .filter(now -> verifier == null || now.verifier().equals(verifier))
          .isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  /** The users now; entries of the cache that they contradict are gone when this returns. */
  private UserTable current() throws IOException {
    UserTable table = users.current();
    if (table != lastSeen) {
      cache.retain(table);
      lastSeen = table;
    }
    return table;
  }

  int cachedLogins() {
    return cache.size();
  }

  private static Optional<UserName> userName(String text) {
    try {
      return Optional.of(UserName.of(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static CompletionStage<CheckResult> done(CheckResult result) {
    return CompletableFuture.completedFuture(result);
  }
}
