/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.matchers.RightAttributes;

class RelayRightsTest {
  @ParameterizedTest
  @CsvSource({
    "org.posthouse.right, login",
    "org.posthouse.right, certificate",
    "org.posthouse.right, network",
    "org.posthouse.right, host",
    "org.apache.james.SMTPAuthUser, alice",
    "org.apache.james.SMTPIsAuthNetwork, true",
    "org.apache.james.SentByMailet, true"
  })
  void mailOfAKnownClientOrTheHostMayBeRelayed(String attribute, String value) throws Exception {
    Mail mail = FakeMail.builder().name("m").build();
    Mails.set(mail, attribute, value);
    assertThat(RelayRights.mayRelay(mail)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "", "LOGIN"})
  void strangersMailMayNotBeRelayed(String right) throws Exception {
    Mail mail = FakeMail.builder().name("m").build();
    assertThat(RelayRights.mayRelay(mail)).isFalse();
    Mails.set(mail, "org.posthouse.right", right);
    assertThat(RelayRights.mayRelay(mail)).isFalse();
  }

  @Test
  void namesShouldBeThoseOfTheServer() {
    assertThat(RightAttributes.HOW.asString()).isEqualTo("org.posthouse.right");
    assertThat(Mail.SMTP_AUTH_USER.asString()).isEqualTo("org.apache.james.SMTPAuthUser");
  }
}
