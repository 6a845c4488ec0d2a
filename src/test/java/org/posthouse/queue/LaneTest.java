/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.spool.SpoolId;

/** A lane and its disk against a plain sorted set of all that waits. */
class LaneTest {
  private static final int LARGEST_WINDOW = 4096;

  private final Lane lane = new Lane(4);
  private final TreeSet<Slot> disk = new TreeSet<>();
  private final TreeSet<Slot> waiting = new TreeSet<>();
  private final Set<Slot> taken = new HashSet<>();
  private int largestPage;
  private long ids;

  private Lane.Page read(Slot after, int limit) {
    List<Slot> slots = new ArrayList<>();
    for (Slot slot : disk.tailSet(after, false)) {
      if (!taken.contains(slot)) {
        slots.add(slot);
      }
      if (slots.size() == limit) {
        largestPage = limit;
        return new Lane.Page(slots, slot);
      }
    }
    return new Lane.Page(slots, null);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void headShouldBeTheFirstOfAllThatWaits(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      add(random.nextInt(1_000_000));
    }
    for (int i = 0; i < 60_000; i++) {
      int what = random.nextInt(10);
      if (what < 3) {
        add(random.nextInt(1_000_000));
      } else if (what < 7) {
        take();
      } else if (what == 7) {
        release(random);
      } else if (what == 8) {
        finish();
      } else {
        removeAny(random);
      }
      assertThat(lane.head(this::read)).isEqualTo(waiting.isEmpty() ? null : waiting.first());
    }
    while (!waiting.isEmpty()) {
      take();
    }
    assertThat(lane.head(this::read)).isNull();
    assertThat(largestPage).as("the horizon mattered").isPositive().isLessThan(LARGEST_WINDOW);
  }

  private void add(long due) {
    Slot slot = new Slot(4, due, new SpoolId(++ids));
    disk.add(slot);
    waiting.add(slot);
    lane.add(slot);
  }

  private void take() {
    Slot head = lane.head(this::read);
    assertThat(head).isEqualTo(waiting.pollFirst());
    if (head != null) {
      lane.remove(head);
      taken.add(head);
    }
  }

  /** Gives one back, at its own time or a later one. */
  private void release(Random random) {
    if (taken.isEmpty()) {
      return;
    }
    Slot slot = taken.iterator().next();
    Slot again = random.nextBoolean() ? slot : slot.dueAt(slot.due() + random.nextInt(500_000));
    taken.remove(slot);
    disk.remove(slot);
    disk.add(again);
    waiting.add(again);
    lane.add(again);
  }

  private void finish() {
    if (!taken.isEmpty()) {
      Slot slot = taken.iterator().next();
      disk.remove(slot);
      taken.remove(slot);
    }
  }

  private void removeAny(Random random) {
    Slot slot = waiting.ceiling(new Slot(4, random.nextInt(1_000_000), new SpoolId(0)));
    if (slot != null) {
      waiting.remove(slot);
      disk.remove(slot);
      lane.remove(slot);
    }
  }
}
