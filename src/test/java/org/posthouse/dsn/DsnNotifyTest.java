/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DsnNotifyTest {
  @ParameterizedTest
  @CsvSource({
    "NEVER, ''",
    "SUCCESS, SUCCESS",
    "'success,Delay', DELAY SUCCESS",
    "'FAILURE,FAILURE', FAILURE",
    "'DELAY,SUCCESS,FAILURE', FAILURE DELAY SUCCESS",
    ", FAILURE DELAY",
    "'NEVER,SUCCESS', FAILURE DELAY",
    "junk, FAILURE DELAY"
  })
  void senderShouldBeToldOfWhatItAsked(String value, String expected) {
    DsnNotify notify = DsnNotify.of(value);
    assertThat(
            Arrays.stream(Report.Kind.values())
                .filter(notify::wants)
                .map(Enum::name)
                .collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "SUCCESS,", "NEVER,DELAY", "ALWAYS", "SUCCESS DELAY"})
  void otherValuesShouldBeNone(String value) {
    assertThat(DsnNotify.parse(value)).isEmpty();
  }

  @Test
  void retShouldBeFullOrHdrs() {
    assertThat(DsnRet.parse("full")).contains(DsnRet.FULL);
    assertThat(DsnRet.parse("HDRS")).contains(DsnRet.HDRS);
    assertThat(DsnRet.parse("")).isEmpty();
  }
}
