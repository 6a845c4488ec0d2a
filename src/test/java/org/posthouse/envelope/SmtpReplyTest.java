/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpReplyTest {
  @ParameterizedTest
  @CsvSource({
    "250, true, false, false, false",
    "354, false, true, false, false",
    "450, false, false, true, false",
    "599, false, false, false, true"
  })
  void classShouldBeThatOfTheFirstDigit(
      int code, boolean positive, boolean intermediate, boolean later, boolean never) {
    SmtpReply reply = SmtpReply.of(code, "x");
    assertThat(reply.isPositive()).isEqualTo(positive);
    assertThat(reply.isIntermediate()).isEqualTo(intermediate);
    assertThat(reply.isTransient()).isEqualTo(later);
    assertThat(reply.isPermanent()).isEqualTo(never);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 199, 600, -1})
  void codeThatIsNoneShouldBeRefused(int code) {
    assertThatThrownBy(() -> SmtpReply.of(code, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void textShouldHoldAllLines() {
    assertThat(SmtpReply.of(550, "5.1.1 No such user", "5.1.1 here"))
        .hasToString("550 5.1.1 No such user 5.1.1 here");
    assertThat(SmtpReply.of(250, "")).hasToString("250");
  }

  @ParameterizedTest
  @CsvSource({
    "550, 5.1.1 No such user, 5.1.1",
    "550, 5.7.509, 5.7.509",
    "421, 4.3.2 later, 4.3.2",
    "550, 4.1.1 of another class,",
    "550, 5.1 too short,",
    "550, 5.1.1.1 an address,",
    "550, 5.1.1000 too long,",
    "550, no code,"
  })
  void enhancedCodeShouldBeThatOfTheClassOfTheReply(int code, String text, String expected) {
    assertThat(SmtpReply.of(code, text).enhanced().map(EnhancedStatusCode::toString))
        .isEqualTo(Optional.ofNullable(expected));
  }
}
