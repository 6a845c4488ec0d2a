/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.posthouse.delivery.SiteSettings.Rate;

class TokenBucketTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  @Test
  void whatWasTakenShouldBeKnownUntilItIsThereAgain() {
    TokenBucket bucket = new TokenBucket(new Rate(24, Duration.ofDays(1)), 0);
    assertThat(bucket.isFull(0)).isTrue();
    for (int i = 0; i < 24; i++) {
      assertThat(bucket.untilNext(0)).isZero();
      bucket.take();
    }
    assertThat(bucket.untilNext(0)).isBetween(HOUR - 1_000_000, HOUR + 1_000_000);
    assertThat(bucket.isFull(12 * HOUR)).isFalse();
    assertThat(bucket.isFull(25 * HOUR)).isTrue();
  }

  @Test
  void noRateShouldBeNoLimit() {
    TokenBucket bucket = new TokenBucket(null, 0);
    bucket.take();
    assertThat(bucket.untilNext(1)).isZero();
    assertThat(bucket.isFull(1)).isTrue();
  }
}
