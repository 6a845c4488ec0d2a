/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BookingsTest {
  private final Bookings bookings = new Bookings();

  private void runs(int perSecond, int seconds) {
    for (int i = 0; i < seconds; i++) {
      bookings.tick(1_000L * (i + 1), true);
      for (int j = 0; j < perSecond; j++) {
        bookings.done();
      }
    }
    bookings.tick(1_000L * (seconds + 1), true);
  }

  @Test
  void laterOnesShouldComeLaterAsFastAsTheSiteIs() {
    runs(500, 100);
    long now = 200_000;
    long first = bookings.next(now, 2_000);
    long last = first;
    for (int i = 0; i < 50_000; i++) {
      last = bookings.next(now, 2_000);
    }
    assertThat(first).isEqualTo(5_000);
    assertThat(last).isBetween(95_000L, 110_000L);
  }

  @Test
  void aSlowSiteShouldBeLookedAtAgainWithinMinutes() {
    runs(0, 200);
    for (int i = 0; i < 10_000; i++) {
      assertThat(bookings.next(300_000, 2_000)).isLessThanOrEqualTo(600_000);
    }
  }
}
