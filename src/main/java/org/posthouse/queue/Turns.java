/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets commits that touch the same key go one after the other, so that each finds what the one
 * before it left. A commit enters for all its keys at once, hence never waits for a later one.
 */
final class Turns {
  private final Map<String, CompletableFuture<Void>> last = new HashMap<>();

  /**
   * Runs a commit when all earlier ones of its keys are over, well or badly; at once if none is.
   */
  CompletableFuture<Void> inTurn(Set<String> keys, Supplier<CompletableFuture<Void>> commit) {
    if (keys.isEmpty()) {
      return commit.get();
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    CompletableFuture<Void> result = enter(keys, over).thenCompose(nothing -> commit.get());
    return result.whenComplete((done, failure) -> leave(keys, over));
  }

  private synchronized CompletableFuture<Void> enter(
      Set<String> keys, CompletableFuture<Void> over) {
    List<CompletableFuture<Void>> earlier =
        keys.stream().map(key -> last.put(key, over)).filter(Objects::nonNull).toList();
    return CompletableFuture.allOf(earlier.toArray(CompletableFuture[]::new));
  }

  private void leave(Set<String> keys, CompletableFuture<Void> over) {
    synchronized (this) {
      keys.forEach(key -> last.remove(key, over));
    }
    over.complete(null);
  }
}
