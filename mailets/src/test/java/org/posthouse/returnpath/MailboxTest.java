/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
  @ParameterizedTest
  @ValueSource(strings = {"user", "a.b", "a=b+c-d", "!#$%&'*+-/=?^_`{|}~", "t\u00e4st"})
  void dotStringShouldStayWithoutQuotes(String local) {
    assertThat(new Mailbox(local, "x.example").writtenLocalPart()).isEqualTo(local);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "john smith, \"john smith\"",
        ".a, \".a\"",
        "a., \"a.\"",
        "a..b, \"a..b\"",
        "a\"b, \"a\\\"b\"",
        "a\\b, \"a\\\\b\"",
        "a@b, \"a@b\""
      })
  void otherTextShouldBeQuoted(String local, String written) {
    assertThat(new Mailbox(local, "x.example").writtenLocalPart()).isEqualTo(written);
  }

  @Test
  void emptyLocalPartShouldBeQuoted() {
    assertThat(new Mailbox("", "x.example")).hasToString("\"\"@x.example");
  }

  @Test
  void quotesThatAreNotNeededShouldGo() {
    assertThat(Mailbox.of("\"user\"", "x.example")).isEqualTo(new Mailbox("user", "x.example"));
    assertThat(Mailbox.of("\"a\\ b\"", "x.example")).isEqualTo(new Mailbox("a b", "x.example"));
    assertThat(Mailbox.of("\"", "x.example").localPart()).isEmpty();
  }

  @Test
  void writtenMailboxShouldBeReadAsItself() {
    assertThat(HostileMailboxes.all())
        .allSatisfy(
            each -> assertThat(Mailbox.of(each.writtenLocalPart(), each.domain())).isEqualTo(each));
  }

  @Test
  void lengthShouldBeOfOctetsAsWritten() {
    assertThat(new Mailbox("x".repeat(64), "x.example").isShortEnough()).isTrue();
    assertThat(new Mailbox("x".repeat(65), "x.example").isShortEnough()).isFalse();
    assertThat(new Mailbox("x".repeat(62) + " ", "x.example").isShortEnough()).isFalse();
    assertThat(new Mailbox("\u00e4".repeat(33), "x.example").isShortEnough()).isFalse();
    assertThat(new Mailbox("x".repeat(64), "y".repeat(190)).isShortEnough()).isFalse();
  }
}
