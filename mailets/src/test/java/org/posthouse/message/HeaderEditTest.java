/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEditTest {
  private static String text(HeaderEdit edit) {
    return edit.fields().stream()
        .map(field -> field.line() + field.end())
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n"})
  void whatIsPutAboveShouldHaveTheLineEndsOfTheMessage(String end) {
    HeaderEdit edit = new HeaderEdit(List.of(HeaderField.of("Subject: x", end)));
    edit.prepend(List.of("A: b;\r\n\tc", "D: e"));
    assertThat(text(edit)).isEqualTo("A: b;#\tc#D: e#Subject: x#".replace("#", end));
    assertThat(edit.isChanged()).isTrue();
  }

  /** A stranger's words would stand in our field. */
  @ParameterizedTest
  @ValueSource(strings = {" ; dkim=pass", "\t; dkim=pass"})
  void nothingShouldBePutAboveALineThatWouldGoOnWithIt(String first) {
    HeaderEdit edit =
        new HeaderEdit(List.of(HeaderField.of(first, "\n"), HeaderField.of("B: 1", "\n")));
    edit.prepend(List.of("A: b"));
    assertThat(text(edit)).isEqualTo(first + "\nB: 1\n");
    assertThat(edit.isChanged()).isFalse();
  }

  @Test
  void nothingPutAboveShouldBeNoChange() {
    HeaderEdit edit = new HeaderEdit(List.of(HeaderField.of("Subject: x", "\n")));
    edit.prepend(List.of());
    assertThat(edit.isChanged()).isFalse();
  }
}
