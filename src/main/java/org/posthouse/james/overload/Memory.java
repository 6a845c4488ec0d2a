/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What lives of the heap after a collection: momentary usage says nothing, since garbage is in it.
 * Without mail there may be no further collection; so what the last one said counts for {@link
 * #BELIEVED}, and then mail is taken until the next one.
 */
final class Memory implements Shortage {
  private static final long BELIEVED = Duration.ofSeconds(30).toNanos();

  private final Heap heap;
  private final int most;
  private final LongSupplier nanos;
  private long collection = -1;
  private long since;

  /**
   * The pool that old objects are in.
   *
   * @param percent of it in use after the last collection
   * @param collections of it so far
   */
  record State(int percent, long collections) {}

  /** Looks it up. */
  @FunctionalInterface
  interface Heap {
    State state();
  }

  Memory(Heap heap, int most, LongSupplier nanos) {
    this.heap = heap;
    this.most = most;
    this.nanos = nanos;
  }

  static Memory ofThisProcess(int most) {
    MemoryPoolMXBean pool =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(each -> each.getType() == MemoryType.HEAP)
            .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
            .filter(MemoryPoolMXBean::isUsageThresholdSupported) // not Eden, which is empty then
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no pool of the heap is collected"));
    return new Memory(() -> state(pool), most, System::nanoTime);
  }

  private static State state(MemoryPoolMXBean pool) {
    MemoryUsage usage = pool.getCollectionUsage();
    // Those of the young go on, and the figure is that of the last collection of the old.
    long collections =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(each -> List.of(each.getMemoryPoolNames()).contains(pool.getName()))
            .mapToLong(each -> Math.max(0, each.getCollectionCount()))
            .sum();
    boolean known = usage != null && usage.getMax() > 0;
    return new State(known ? (int) (usage.getUsed() * 100 / usage.getMax()) : 0, collections);
  }

  @Override
  public Optional<String> look(boolean already) {
    State state = heap.state();
    if (state.collections != collection) {
      collection = state.collections;
      since = nanos.getAsLong();
    }
    boolean believed = nanos.getAsLong() - since < BELIEVED;
    return believed && state.percent >= (already ? most - 10 : most)
        ? Optional.of(state.percent + " % of the heap live on after a collection")
        : Optional.empty();
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Refusal refusal() {
    return new Refusal("451", "4.3.2 The server is overloaded, please try again later");
  }
}
