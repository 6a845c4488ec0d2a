/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;

class SiteBackOffTest {
  private static final Answer SILENCE =
      new Answer(
          Phase.GREETING,
          null,
          new Answer.Failure(
              Answer.Kind.TIMEOUT, "nothing was heard", new EnhancedStatusCode(4, 4, 2)));

  private final SiteBackOff backOff = new SiteBackOff();

  @Test
  void restsShouldDoubleUpToAQuarterOfAnHour() {
    List<Long> seconds = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 8; i++) {
      Duration rest = backOff.failed(SILENCE, null, now);
      assertThat(backOff.isResting(now + rest.toMillis() - 1)).isTrue();
      assertThat(backOff.isResting(now + rest.toMillis())).isFalse();
      seconds.add(rest.toSeconds());
      now += rest.toMillis();
    }
    long[] expected = {30, 60, 120, 240, 480, 900, 900, 900};
    for (int i = 0; i < expected.length; i++) {
      assertThat(seconds.get(i)).isBetween(expected[i], expected[i] * 11 / 10);
    }
  }

  @Test
  void everyEighthTryShouldHaveAllTheTimeItNeeds() {
    List<Integer> patient = new ArrayList<>();
    for (int i = 1; i <= 24; i++) {
      if (backOff.isPatient()) {
        patient.add(i);
      }
      backOff.failed(SILENCE, null, 0);
    }
    assertThat(patient).containsExactly(8, 16, 24);
    backOff.succeeded();
    assertThat(backOff.isPatient()).isFalse();
  }
}
