/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightMatchersTest {
  private static final String FINGERPRINT =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  /** Mail of alice, as Posthouse records it. */
  private static Mail recorded() throws Exception {
    FakeMail mail = mail();
    Map.of(
            RightAttributes.HOW, "certificate",
            RightAttributes.IDENTITY, "alice@example.com",
            RightAttributes.MECHANISM, "EXTERNAL",
            RightAttributes.CERTIFICATE_SUBJECT, "CN=app,O=Example\\, Inc",
            RightAttributes.CERTIFICATE_FINGERPRINT, FINGERPRINT,
            RightAttributes.CLIENT, "2001:db8:0:1::7")
        .forEach((name, value) -> mail.setAttribute(new Attribute(name, AttributeValue.of(value))));
    mail.setAttribute(
        new Attribute(
            RightAttributes.GROUPS,
            AttributeValue.of(
                ImmutableList.of(AttributeValue.of("staff"), AttributeValue.of("web servers")))));
    return mail;
  }

  private static FakeMail mail() throws Exception {
    return FakeMail.builder()
        .name("m")
        .recipients("a@remote.example", "b@remote.example")
        .remoteAddr("192.0.2.9")
        .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RelayRight|certificate|true",
        "RelayRight|login, Certificate|true",
        "RelayRight|login,network,host,local,relay|false",
        "LoginIs|alice@example.com|true",
        "LoginIs|bob ALICE@EXAMPLE.COM|true",
        "LoginIs|*@example.com|true",
        "LoginIs|alice*|true",
        "LoginIs|*@*|true",
        "LoginIs|alice|false",
        "LoginIs|*@sub.example.com|false",
        "LoginIs|example.com|false",
        "LoginInGroup|staff|true",
        "LoginInGroup|x, Web Servers|true",
        "LoginInGroup|web|false",
        "AuthenticatedBy|external|true",
        "AuthenticatedBy|PLAIN, EXTERNAL|true",
        "AuthenticatedBy|PLAIN|false",
        "ClientCertificateIs|9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08|true",
        "ClientCertificateIs|cn=APP, o=\"Example, Inc\"|true",
        "ClientCertificateIs|CN=other; CN=app,O=Example\\, Inc|true",
        "ClientCertificateIs|CN=app|false",
        "ClientCertificateIs|0f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08|false",
        "ClientNetworkIs|2001:db8::/32|true",
        "ClientNetworkIs|192.0.2.0/24, 2001:db8:0:1::7|true",
        "ClientNetworkIs|2001:db8:0:1::/64|true",
        "ClientNetworkIs|2001:db8::/64|false",
        "ClientNetworkIs|192.0.2.0/24|false",
        "ClientNetworkIs|0.0.0.0/0|false",
      })
  void matchersShouldLookAtWhatIsRecorded(String name, String condition, boolean matches)
      throws Exception {
    assertThat(Matchers.of(name, condition).match(recorded())).hasSize(matches ? 2 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RelayRight|login, certificate, network, host, local, relay",
        "LoginIs|*",
        "LoginInGroup|staff",
        "AuthenticatedBy|PLAIN, LOGIN, EXTERNAL",
        "ClientCertificateIs|CN=app",
      })
  void mailOfNobodyShouldMatchNothing(String name, String condition) throws Exception {
    assertThat(Matchers.of(name, condition).match(mail())).isEmpty();
  }

  /**
   * A stranger's mail that a local address forwards is the relay's own to stock's matchers only.
   */
  @Test
  void forwardOfStrangersMailShouldNotBeTheRelaysOwn() throws Exception {
    FakeMail bounce = mail();
    bounce.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
    assertThat(Matchers.of("RelayRight", "relay").match(bounce)).hasSize(2);
    FakeMail forward = mail();
    forward.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
    forward.setAttribute(new Attribute(RightAttributes.HOW, AttributeValue.of("local")));
    assertThat(Matchers.of("RelayRight", "relay").match(forward)).isEmpty();
    assertThat(Matchers.of("RelayRight", "local").match(forward)).hasSize(2);
  }

  @Test
  void stocksAttributesShouldDoInAStockJames() throws Exception {
    FakeMail login = mail();
    login.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("Alice")));
    login.setAttribute(network());
    assertThat(Matchers.of("LoginIs", "alice").match(login)).hasSize(2);
    assertThat(Matchers.of("RelayRight", "login").match(login)).hasSize(2);
    assertThat(Matchers.of("RelayRight", "network").match(login)).isEmpty();
    FakeMail other = mail();
    other.setAttribute(network());
    assertThat(Matchers.of("RelayRight", "network").match(other)).hasSize(2);
    assertThat(Matchers.of("LoginIs", "*").match(other)).isEmpty();
    assertThat(Matchers.of("ClientNetworkIs", "192.0.2.0/28").match(other)).hasSize(2);
    assertThat(Matchers.of("ClientNetworkIs", "192.0.2.0/29").match(other)).isEmpty();
  }

  private static Attribute network() {
    return new Attribute(
        AttributeName.of("org.apache.james.SMTPIsAuthNetwork"), AttributeValue.of(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RelayRight|logn|there is no right 'logn'; did you mean 'login'?",
        "RelayRight|logn, host, netwrk|there is no right 'netwrk'; did you mean 'network'?",
        "RelayRight|local login netwrok|did you mean 'network'?",
        "RelayRight|' '|it needs a condition: RelayRight=",
        "LoginIs|a*b|a * stands at the begin or end of a name",
        "LoginIs|' '|it needs a condition",
        "LoginInGroup|' '|it needs a condition",
        "AuthenticatedBy|SCRAM-SHA256|did you mean 'scram-sha-256'?",
        "ClientCertificateIs|9f86d0|'9f86d0' is neither a SHA-256 fingerprint nor a subject",
        "ClientCertificateIs|foo=bar|'foo=bar' is neither",
        "ClientCertificateIs|CN=app;|'' is neither",
        "ClientNetworkIs|host.example|'host.example' is neither an address nor a network",
        "ClientNetworkIs|192.0.2.0/33|a number of bits, 0 to 32",
        "ClientNetworkIs|2001:db8::/129|a number of bits, 0 to 128",
        "ClientNetworkIs|192.0.2.0/|a number of bits",
      })
  void conditionThatCannotBeReadShouldBeRefused(String name, String condition, String text) {
    assertThatThrownBy(() -> Matchers.of(name, condition))
        .hasMessageStartingWith("matcher " + name + ": ")
        .hasMessageContaining(text);
  }

  @Test
  void attributesShouldBeToldApart() {
    assertThat(List.copyOf(RightAttributes.ALL)).doesNotHaveDuplicates();
  }
}
