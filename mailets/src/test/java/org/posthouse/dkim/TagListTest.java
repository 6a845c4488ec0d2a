/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagListTest {
  @Test
  void valuesShouldBeReadWithoutTheSpaceAroundThem() {
    TagList tags = TagList.parse(" a = 1 ;\r\n\tb_2=\t x \r\n y\t; c=; ").orElseThrow();
    assertThat(tags.value("a")).contains("1");
    assertThat(tags.value("b_2")).contains("x \r\n y");
    assertThat(tags.value("c")).contains("");
    assertThat(tags.value("d")).isEmpty();
    assertThat(tags.beginsWith("a")).isTrue();
    assertThat(tags.beginsWith("c")).isFalse();
  }

  @Test
  void valueShouldBeTakenOutWithTheSpaceAroundIt() {
    TagList tags = TagList.parse(" a=1; b = x\r\n y ; bh=z").orElseThrow();
    assertThat(tags.without("b")).isEqualTo(" a=1; b =; bh=z");
    assertThat(tags.without("bh")).isEqualTo(" a=1; b = x\r\n y ; bh=");
    assertThat(tags.without("q")).isEqualTo(" a=1; b = x\r\n y ; bh=z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ";",
        "a",
        "=1",
        "a=1;;b=2",
        ";a=1",
        "a=1; ;b=2",
        "a=1;a=2",
        "1a=1",
        "_a=1",
        "a-b=1",
        "a b=1",
        "a=1\u0000",
        "a=\u0007",
        "a=1\u007f",
        "a=\u0100",
        "a=1\rb",
        "a=1\nb",
        "a=1\r\nb=2",
        "a=1\r\n"
      })
  void malformedListShouldBeNone(String text) {
    assertThat(TagList.parse(text)).isEmpty();
  }

  @Test
  void octetsAbove127ShouldBeLetThrough() {
    assertThat(TagList.parse("d=\u00c3\u00a9.example").flatMap(tags -> tags.value("d")))
        .contains("\u00c3\u00a9.example");
  }

  @Test
  void listShouldBeBounded() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      many.append('a').append(i).append("=;");
    }
    assertThat(TagList.parse(many.toString())).isPresent();
    assertThat(TagList.parse(many + "b=")).isEmpty();
    String longest = "a=" + "x".repeat(TagList.MAX_LENGTH - 2);
    assertThat(TagList.parse(longest).flatMap(tags -> tags.value("a")).map(String::length))
        .isEqualTo(Optional.of(TagList.MAX_LENGTH - 2));
    assertThat(TagList.parse(longest + "x")).isEmpty();
  }
}
