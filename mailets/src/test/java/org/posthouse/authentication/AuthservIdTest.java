/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.message.HeaderField;

class AuthservIdTest {
  private static final AuthservId OURS = new AuthservId("Mail.Example.com");

  private static boolean isClaimed(String value) {
    return OURS.isClaimedBy(HeaderField.of("Authentication-Results: " + value, "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.example.com; spf=pass",
        "MAIL.Example.COM; spf=pass",
        "mail.example.com",
        "mail.example.com 1; spf=pass",
        "mail.example.com 99; spf=pass",
        "mail.example.com/1; spf=pass",
        "mail.example.com.; spf=pass",
        "\"mail.example.com\"; spf=pass",
        "\"mail.exa\\mple.com\"; spf=pass",
        "\"mail.\"\"example.com\"; spf=pass",
        "mail\\.example.com; spf=pass",
        "(c) mail.example.com (d); spf=pass",
        "(c (n) \\) ;) mail.example.com; spf=pass",
        "(a=b) mail.example.com; spf=pass",
        "\"a=b\" mail.example.com; spf=pass",
        "mail.(c)example.com; spf=pass",
        "mail (;=) . example . com; spf=pass",
        "\r\n\tmail.example.com\r\n\t; spf=pass",
        "mail\r\n .example.com; spf=pass",
        "mail.example.com\tspf=pass",
        ";mail.example.com; spf=pass",
        ", mail.example.com; spf=pass",
        "(mail.example.com; spf=pass",
        "\"mail.example.com; spf=pass",
        "(; mail.example.com; spf=pass",
        "\";\" mail.example.com; spf=pass",
        "<mail.example.com>; spf=pass",
        "'mail.example.com'; spf=pass",
        "other.example mail.example.com; spf=pass",
        "other.example; mail.example.com; spf=pass",
        "mail.exam\0ple.com; spf=pass",
        "=?utf-8?q?mail.example.com?=; spf=pass",
        "=?utf-8?b?bWFpbC5leGFtcGxlLmNvbQ==?=; spf=pass",
        "(x) =?us-ascii?q?mail=2Eexample=2Ecom?=; spf=pass",
      })
  void fieldThatPretendsShouldBeFound(String value) {
    assertThat(isClaimed(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "other.example; spf=pass",
        "other.example; spf=pass smtp.helo=mail.example.com",
        "other.example; spf=pass (mail.example.com: ok) smtp.mailfrom=a@mail.example.com",
        "sub.mail.example.com; spf=pass",
        "mail.example.com.other; spf=pass",
        "mail.example.community; spf=pass",
        "notmail.example.com; spf=pass",
        "mail-example-com; spf=pass",
        "example.com; spf=pass",
        "x_mail.example.com; spf=pass",
      })
  void fieldOfOthersShouldStay(String value) {
    assertThat(isClaimed(value)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authentication-Results:mail.example.com;spf=pass",
        "AUTHENTICATION-results: mail.example.com; spf=pass",
        "Authentication-Results : mail.example.com; spf=pass",
        "Authentication-Results\t: mail.example.com; spf=pass",
      })
  void nameShouldBeReadLeniently(String line) {
    assertThat(OURS.isClaimedBy(HeaderField.of(line, "\r\n"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ARC-Authentication-Results: i=1; mail.example.com; spf=pass",
        "X-Authentication-Results: mail.example.com; spf=pass",
        "Received: from mail.example.com",
      })
  void otherFieldsShouldNotCount(String line) {
    assertThat(OURS.isClaimedBy(HeaderField.of(line, "\r\n"))).isFalse();
  }

  @Test
  void ownFieldShouldBeFound() {
    String line = new AuthenticationResults("Mail.example.com", java.util.List.of()).line();
    assertThat(OURS.isClaimedBy(HeaderField.of(line, "\r\n"))).isTrue();
  }

  @Test
  void hugeFieldsShouldBeReadInOneGo() {
    assertThat(isClaimed("(".repeat(400_000) + "mail.example.com; spf=pass")).isTrue();
    assertThat(isClaimed("mail.example.co".repeat(30_000) + "; spf=pass")).isFalse();
    assertThat(isClaimed("\"\\".repeat(200_000))).isFalse();
  }
}
