/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrayLineTest {
  private static Optional<StrayLine> first(String header) {
    return StrayLine.in(fields(header));
  }

  private static List<HeaderField> fields(String header) {
    return HeaderBlock.parse(header.getBytes(ISO_8859_1)).fields();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Please pay 1000 EUR to the new account",
        "From jdoe Mon Nov 30 12:00:00 2026",
        "To be paid: 1000 EUR",
        "no colon\r\n but: one in the fold",
        "Subject\r\n : s",
        "Subject\u00a0: s",
        "S\u00fcbject: s",
        "Sub\u0000ject: s",
        "Sub\rject: s",
        ": nameless",
        " : nameless"
      })
  void lineWithoutANameAndAColonShouldBeOne(String line) {
    assertThat(first(line + "\r\n\r\n")).contains(new StrayLine(1));
    assertThat(first("A: 1\r\n" + line.strip() + "\r\nB: 2\r\n\r\n")).contains(new StrayLine(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        "A:",
        "A:\r\n 1\r\n\t2\n",
        "A : 1\r\nB\t:2\r\n",
        "A:1\n>From: 1\n\nno"
      })
  void fieldsAndTheirFoldsShouldBeNone(String header) {
    assertThat(first(header)).isEmpty();
  }

  @Test
  void foldsShouldCountAndTheFirstLineBelongToNoField() {
    assertThat(first("A: 1\r\n 2\r\n\t3\r\nB: 4\r\nno field\r\n\tC: 5\r\nnone\r\n\r\n"))
        .hasValueSatisfying(
            line -> assertThat(line).hasToString("line 5 of the header is no field"));
    assertThat(first(" A: 1\r\nB: 2\r\n\r\n")).contains(new StrayLine(1));
  }

  @Test
  void removedFieldsShouldNotCount() {
    List<HeaderField> fields = new ArrayList<>(fields("A: 1\r\nstray\r\nB: 2\r\nstray\r\n\r\n"));
    fields.set(0, fields.get(0).removal());
    assertThat(StrayLine.in(fields)).contains(new StrayLine(1));
    fields.set(1, fields.get(1).removal());
    assertThat(StrayLine.in(fields)).contains(new StrayLine(2));
  }
}
