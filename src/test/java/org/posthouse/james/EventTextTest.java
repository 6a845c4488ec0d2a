/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventTextTest {
  @Test
  void ordinaryValuesShouldStayAsTheyAre() {
    assertThat(EventText.word("alice=x@example.org")).isEqualTo("alice=x@example.org");
    assertThat(EventText.path("")).isEqualTo("<>");
    assertThat(EventText.paths(List.of("a+b=c@x.test", "j\u00f6rg@x.test")))
        .isEqualTo("<a+b=c@x.test>,<j\u00f6rg@x.test>");
    assertThat(EventText.quoted("550 5.1.1 <a@b> is unknown – here"))
        .isEqualTo("\"550 5.1.1 <a@b> is unknown – here\"");
  }

  @Test
  void addressShouldStandAsOnTheWire() {
    assertThat(EventText.address("\"j\u00f6rg\"@x.test")).isEqualTo("<j\u00f6rg@x.test>");
    assertThat(EventText.address("\"j rg\"@x.test")).isEqualTo("<\"j?rg\"@x.test>");
    assertThat(EventText.paths(List.of("a@192.0.2.1", ""))).isEqualTo("<a@[192.0.2.1]>,<>");
    assertThat(EventText.address("\"\u00f6\u2028to=\"@x")).isEqualTo("<\u00f6?to=@x>");
    assertThat(EventText.address("\"\u00f6".repeat(1000) + "\"@x")).hasSizeLessThan(600);
  }

  @Test
  void noValueShouldEndItsLineOrForgeAField() {
    assertThat(EventText.word("x login=root\r\n\"a\u2028")).isEqualTo("x?login=root???a?");
    assertThat(EventText.path("a> to=<b")).isEqualTo("<a??to=?b>");
    assertThat(EventText.path("\"a b\0\u009b\"@x")).isEqualTo("<\"a?b??\"@x>");
    assertThat(EventText.path("a\"b@x reply=\"")).isEqualTo("<a\"b@x?reply=\">");
    assertThat(EventText.path("\"a reply=\\\"@x")).isEqualTo("<?a?reply=??@x>");
    assertThat(EventText.path("\"a\\\"b\"@x")).isEqualTo("<?a??b?@x>");
    assertThat(EventText.quoted("550-one\r\n550 \"two\"\u001b[31m"))
        .isEqualTo("\"550-one 550 two [31m\"");
  }

  @Test
  void valuesShouldBeBounded() {
    assertThat(EventText.path("x".repeat(10_000))).hasSizeLessThan(600).endsWith("…>");
    assertThat(EventText.quoted("x".repeat(10_000))).hasSizeLessThan(600).endsWith("…\"");
  }
}
