/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.james.util.DurationParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S,0s",
    "PT0.25S,250ms",
    "PT1.5S,1s500ms",
    "PT29S,29s",
    "PT5M,5m",
    "PT61.5S,1m1s",
    "PT3H,3h",
    "PT109H,4d13h",
    "PT24H0M1S,1d1s",
    "PT-5M,-5m"
  })
  void spansShouldBeWrittenWithTheirUnits(Duration span, String text) {
    assertThat(TimeSpan.text(span)).isEqualTo(text);
  }

  @Test
  void theLongestSpanShouldHaveAText() {
    assertThat(TimeSpan.text(Duration.ofSeconds(Long.MAX_VALUE))).startsWith("106751991167300d");
  }

  @ParameterizedTest
  @CsvSource({"5m", "3h", "29s", "2d", "250ms"})
  void whatIsPrintedShouldBeUnderstoodInConfigurationFiles(String text) {
    assertThat(TimeSpan.text(DurationParser.parse(text))).isEqualTo(text);
    assertThat(TimeSpan.text(TimeSpan.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"5 min,PT5M", "30s,PT30S", "  4 h ,PT4H", "5 d,PT120H", "0 ms,PT0S"})
  void spanShouldBeRead(String text, Duration span) {
    assertThat(TimeSpan.parse(text)).isEqualTo(span);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "min", "-1 s", "1.5 h", "5 minutes", "1 H", "9999999999 s"})
  void whatIsNoSpanShouldBeRefused(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
