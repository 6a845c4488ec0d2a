/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.posthouse.queue.DueQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether new mail must be turned away; looked up at most once a second. */
public final class Overload {
  private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOGGER = LoggerFactory.getLogger(Overload.class);

  private final List<Shortage> all;
  private final LongSupplier nanos;
  private final AtomicLong lookedAt;
  private volatile Optional<Shortage> now = Optional.empty();

  Overload(List<Shortage> all, LongSupplier nanos) {
    this.all = List.copyOf(all);
    this.nanos = nanos;
    this.lookedAt = new AtomicLong(nanos.getAsLong() - LOOK_EVERY);
  }

  /**
   * Of a server.
   *
   * @param spool the directory whose file system needs room; must exist
   * @param reserve what the store keeps free itself, in octets
   */
  public static Overload of(
      OverloadSettings settings, Path spool, long reserve, DueQueue queue, Clock clock) {
    return new Overload(
        List.of(
            FreeSpace.of(spool, Math.max(settings.freeSpace(), reserve)),
            Memory.ofThisProcess(settings.memory()),
            Backlog.of(queue, settings.backlog(), settings.lag(), clock)),
        System::nanoTime);
  }

  /** Of something that has always enough. */
  public static Overload none() {
    return new Overload(List.of(), System::nanoTime);
  }

  /** How to turn a mail away; empty when there is enough of everything. */
  public Optional<Refusal> refusal() {
    long time = nanos.getAsLong();
    long last = lookedAt.get();
    if (time - last >= LOOK_EVERY && lookedAt.compareAndSet(last, time)) {
      look();
    }
    return now.map(Shortage::refusal);
  }

  private synchronized void look() {
    Optional<Shortage> before = now;
    Optional<Shortage> found = Optional.empty();
    for (Shortage each : all) {
      boolean already = before.filter(each::equals).isPresent();
      Optional<String> trouble = each.look(already);
      if (trouble.isPresent()) {
        found = Optional.of(each);
        if (!already) {
          LOGGER.warn("overload begins: {}={}", each.name(), trouble.get());
        }
        break;
      }
    }
    if (before.isPresent() && !before.equals(found)) {
      LOGGER.warn("overload ends: {}", before.get().name());
    }
    now = found;
  }
}
