/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.posthouse.delivery.Limits.Rate;

class TokenBucketTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  @Test
  void whatWasTakenShouldBeKnownUntilItIsThereAgain() {
    TokenBucket bucket = new TokenBucket(new Rate(24, Duration.ofDays(1)), 0, 0);
    assertThat(bucket.missing(0)).isZero();
    for (int i = 0; i < 24; i++) {
      assertThat(bucket.untilNext(0)).isZero();
      bucket.take();
    }
    assertThat(bucket.untilNext(0)).isBetween(HOUR - 1_000_000, HOUR + 1_000_000);
    assertThat(bucket.missing(12 * HOUR)).isBetween(11.9, 12.1);
    assertThat(bucket.missing(25 * HOUR)).isZero();
  }

  @Test
  void noRateShouldBeNoLimit() {
    TokenBucket bucket = new TokenBucket(null, 0, 0);
    bucket.take();
    assertThat(bucket.untilNext(1)).isZero();
    assertThat(bucket.missing(1)).isZero();
  }
}
