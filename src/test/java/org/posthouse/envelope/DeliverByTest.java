/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliverByTest {
  private static final long NOW = 1_700_000_000_500L;

  @ParameterizedTest
  @CsvSource({
    "120;R, 120000, RETURN, false, false",
    "+1;r, 1000, RETURN, false, false",
    "999999999;RT, 999999999000, RETURN, true, false",
    "60;N, 60000, NOTIFY, false, false",
    "060;nt, 60000, NOTIFY, true, false",
    "0;N, 0, NOTIFY, false, true",
    "-999999999;NT, -999999999000, NOTIFY, true, true"
  })
  void valueShouldBecomeADeadline(
      String value, long millis, DeliverBy.Mode mode, boolean trace, boolean passed) {
    DeliverBy by = DeliverBy.parse(value, NOW);
    assertThat(by).isEqualTo(new DeliverBy(NOW + millis, mode, trace, passed));
    assertThat(DeliverBy.read(by.toString())).as("as it was stored").contains(by);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "60;",
        ";R",
        "60;X",
        "60;RN",
        "60;TR",
        "60;R;T",
        "60 ;R",
        "6.5;N",
        "0x1;N",
        "1000000000;N",
        "-1000000000;N",
        "--1;N",
        "0;R",
        "-0;R",
        "-1;R",
        "\u0661;R"
      })
  void malformedValueShouldBeRefused(String value) {
    assertThatThrownBy(() -> DeliverBy.parse(value, NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "R", "1;X", "1;r", "9999999999999999999;R", "1;RTPX"})
  void whatNobodyHasStoredShouldBeNothing(String text) {
    assertThat(DeliverBy.read(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10;RT",
    "1, 9;RT",
    "999, 9;RT",
    "1000, 9;RT",
    "1001, 8;RT",
    "9000, 1;RT",
    "9001, 0;RT"
  })
  void nextHostShouldHaveNoLongerThanIsLeft(long later, String value) {
    assertThat(DeliverBy.parse("10;RT", NOW).value(NOW + later)).isEqualTo(value);
  }

  @Test
  void timeThatHasPassedShouldGoOnAsANegativeOneOfNineDigits() {
    assertThat(DeliverBy.parse("10;N", NOW).value(NOW + 10_001)).isEqualTo("-1;N");
    assertThat(DeliverBy.parse("-999999999;N", NOW).value(NOW + 5_000)).isEqualTo("-999999999;N");
  }

  @ParameterizedTest
  @CsvSource({
    "600;R, 0, 300, 300",
    "600;R, 0, 600, 570",
    "600;R, 0, 3600, 570",
    "600;R, 539, 3600, 570",
    "600;R, 540, 3600, 600",
    "600;R, 570, 3600, 600",
    "600;R, 600, 3600, 3600",
    "600;N, 0, 300, 300",
    "600;N, 0, 3600, 600",
    "600;N, 600, 3600, 3600",
    "-600;N, 0, 3600, 3600"
  })
  void nobodyShouldSleepOverTheDeadline(String value, long now, long due, long expected) {
    assertThat(DeliverBy.parse(value, 0).bounds(now * 1000, due * 1000)).isEqualTo(expected * 1000);
  }

  @Test
  void senderShouldBeToldOnceAndNotOfWhatWasPassedBefore() {
    DeliverBy by = DeliverBy.parse("10;N", NOW);
    long deadline = NOW + 10_000;
    assertThat(by.notifiesAt(deadline - 1, 0)).isFalse();
    assertThat(by.notifiesAt(deadline, 0)).isTrue();
    assertThat(by.notifiesAt(deadline + 5, deadline - 1)).isTrue();
    assertThat(by.notifiesAt(deadline + 5, deadline)).isFalse();
    assertThat(DeliverBy.parse("0;N", NOW).notifiesAt(NOW, 0)).isFalse();
    assertThat(DeliverBy.parse("10;R", NOW).notifiesAt(deadline, 0)).isFalse();
    assertThat(DeliverBy.parse("10;R", NOW).returnsAt(deadline - 1)).isFalse();
    assertThat(DeliverBy.parse("10;R", NOW).returnsAt(deadline)).isTrue();
    assertThat(by.returnsAt(deadline)).isFalse();
  }
}
