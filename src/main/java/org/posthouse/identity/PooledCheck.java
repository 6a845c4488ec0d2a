/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** A check on the threads of a bounded pool: a full pool and a bug are reasons to try again. */
public final class PooledCheck {
  private static final CheckResult BUSY =
      CheckResult.unavailable("too many passwords wait to be checked");

  private PooledCheck() {}

  /** Never completed exceptionally; completed at once when the pool is full. */
  public static CompletionStage<CheckResult> run(Executor pool, Supplier<CheckResult> check) {
    try {
      return CompletableFuture.supplyAsync(check, pool).exceptionally(PooledCheck::failed);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(BUSY);
    }
  }

  /** What a check that could not be made comes to. */
  public static CheckResult failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof RejectedExecutionException
        ? BUSY
        : CheckResult.unavailable("the check failed: " + cause);
  }
}
