/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CompanyTest {
  private final Company company = new Company();

  /** What is wanted is waited for; {@code others} come in that time. */
  private int waits(int rounds, int threads) {
    int waits = 0;
    for (int i = 0; i < rounds; i++) {
      waits += company.wanted() > threads ? 1 : 0;
      company.came(threads);
    }
    return waits;
  }

  @Test
  void whoCommitsAloneShouldHardlyEverWait() {
    assertThat(company.wanted()).isEqualTo(1);
    assertThat(waits(10_000, 1)).isBetween(1, 150);
  }

  @Test
  void twoInTurnsShouldHardlyEverWaitForAThird() {
    assertThat(waits(10_000, 2)).isLessThan(150);
    assertThat(company.wanted()).isBetween(2, 3);
  }

  @Test
  void moreShouldBeWaitedForWhenMoreCome() {
    Random random = new Random(1);
    int waited = 0;
    for (int i = 0; i < 10_000; i++) {
      waited += company.wanted() > 1 ? 1 : 0;
      company.came(1 + random.nextInt(4));
    }
    assertThat(waited).isGreaterThan(9_000);
  }

  @Test
  void noMoreThanEnoughShouldBeWanted() {
    waits(10_000, 100);
    assertThat(company.wanted()).isEqualTo(Company.MOST);
  }

  @Test
  void whoIsAloneAgainShouldSoonNotWait() {
    waits(100, 8);
    assertThat(waits(30, 1)).isLessThanOrEqualTo(4);
    assertThat(company.wanted()).isEqualTo(1);
  }
}
