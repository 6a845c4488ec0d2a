/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeysTest {
  private record Place(int queue, int lane, long due, long id) {
    byte[] key() {
      return Keys.due(queue, lane, due, new SpoolId(id));
    }
  }

  @Test
  void orderOfDueKeysShouldBeTheOrderOfWork() {
    Random random = new Random(2);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long due = random.nextLong() >>> 1 >>> random.nextInt(60);
      places.add(
          new Place(1 + random.nextInt(300), random.nextInt(10), due, 1 + random.nextInt(9)));
    }
    List<Place> byKey = new ArrayList<>(places);
    byKey.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    places.sort(
        Comparator.comparingInt(Place::queue)
            .thenComparingInt(Place::lane)
            .thenComparingLong(Place::due)
            .thenComparingLong(Place::id));
    assertThat(byKey).isEqualTo(places);
  }

  @Test
  void afterShouldBeTheEndOfAPrefix() {
    byte[] prefix = Keys.lane(1, 255);
    byte[] last = Keys.due(1, 255, Long.MAX_VALUE, new SpoolId(Long.MAX_VALUE));
    assertThat(Arrays.compareUnsigned(last, Keys.after(prefix))).isNegative();
    assertThat(Keys.after(prefix)).isEqualTo(new byte[] {0, 2, 0});
    assertThat(Keys.after(new byte[] {-1, -1})).isEmpty();
  }

  @Test
  void referenceShouldNameBodyAndHolder() {
    byte[] key = Keys.reference(7, new SpoolId(11));
    assertThat(Keys.entry(key).value()).isEqualTo(7);
    assertThat(Keys.holder(key)).isEqualTo(11);
  }
}
