/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.net.InetAddresses;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.transport.matchers.SMTPAuthSuccessful;
import org.apache.james.transport.matchers.SMTPIsAuthNetwork;
import org.apache.james.transport.matchers.SentByMailet;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.apache.mailet.base.test.FakeMatcherConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthouse.identity.Identity;
import org.posthouse.identity.rights.Client;
import org.posthouse.identity.rights.Decision;
import org.posthouse.identity.rights.Decision.Outcome;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.RelayRight;
import org.posthouse.identity.rights.RelayRight.How;
import org.posthouse.identity.rights.Rules;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.matchers.RightAttributes;

/** What a mail carries of a decision. */
class SenderCheckTest {
  private static final String FORGED =
      raw(
          "Received: x¶X-Mark: forged¶From: \"The CEO\" <ceo@bank.example>¶"
              + "Sender: ceo@bank.example¶Reply-To: x@phish.example¶Subject: gr‰fc‰dfe¶¶");

  private static String raw(String text) {
    return new String(HostileFromTest.octets(text), StandardCharsets.ISO_8859_1);
  }

  private final MailImpl mail;

  SenderCheckTest() throws Exception {
    mail =
        MailImpl.builder().name("m").sender("ceo@bank.example").addRecipient("r@x.example").build();
    mail.setMessageNoCopy(message(FORGED));
  }

  @AfterEach
  void dispose() {
    LifecycleUtil.dispose(mail);
  }

  private static RelayMessage message(String text) throws MessagingException {
    return new RelayMessage(
        MimeMessageInputStreamSource.create(
            "t", new ByteArrayInputStream((text + "body").getBytes(StandardCharsets.ISO_8859_1))));
  }

  private String header() throws MessagingException {
    return new String(
        ((RelayMessage) mail.getMessage()).headerOctets(), StandardCharsets.ISO_8859_1);
  }

  private static @Nullable Object value(Mail mail, AttributeName name) {
    return mail.getAttribute(name).map(each -> each.getValue().value()).orElse(null);
  }

  @Test
  void allOfARightShouldBeRecordedInPlaceOfWhatWasThere() {
    Identity who =
        new Identity(
            "Alice", "ldap", Set.of("Staff"), Set.of("a@x.example"), ImmutableListMultimap.of());
    RightRecord.set(mail, RightAttributes.NETWORK, "left over");
    RightRecord.write(
        mail,
        new RelayRight(
            How.CERTIFICATE,
            new Client(who, InetAddresses.forString("192.0.2.7")),
            "laptop",
            "EXTERNAL",
            new RelayRight.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", "CN=alice", "9f86"),
            null,
            "people",
            "certificate CN=alice"));
    List<String> values =
        RightAttributes.ALL.stream().map(name -> String.valueOf(value(mail, name))).toList();
    assertThat(values)
        .containsExactly(
            "certificate",
            "certificate CN=alice",
            "people",
            "alice",
            "ldap",
            String.valueOf(value(mail, RightAttributes.GROUPS)),
            "laptop",
            "EXTERNAL",
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            "CN=alice",
            "9f86",
            "192.0.2.7",
            "null",
            "null",
            "null",
            "null");
    assertThat(String.valueOf(value(mail, RightAttributes.GROUPS))).contains("staff");
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void stocksMatchersShouldSeeTheRight(How how) throws Exception {
    Identity who = how == How.LOCAL ? null : Identity.named("alice", "users");
    RightRecord.write(
        mail,
        new RelayRight(
            how,
            new Client(who, InetAddresses.forString("192.0.2.7")),
            null,
            null,
            null,
            null,
            "r",
            "why"));
    assertThat(matches(new SMTPAuthSuccessful()))
        .isEqualTo(how == How.LOGIN || how == How.CERTIFICATE);
    assertThat(matches(new SMTPIsAuthNetwork())).isEqualTo(how != How.LOCAL);
    assertThat(matches(new SentByMailet())).isFalse();
  }

  private boolean matches(Matcher matcher) throws MessagingException {
    matcher.init(FakeMatcherConfig.builder().matcherName("m").build());
    return matcher.match(mail) != null && !matcher.match(mail).isEmpty();
  }

  private Decision check(Grant grant) throws MessagingException {
    return SenderCheck.header(grant, (RelayMessage) mail.getMessage());
  }

  @Test
  void headerShouldBeReadOnlyWhereTheRuleLooksAtIt() throws Exception {
    assertThat(check(Rules.alice("")).refusal().orElseThrow())
        .hasToString("550 5.7.1 alice may not send as <ceo@bank.example> (From)");
    mail.setMessageNoCopy(message("no header at all\r\n\r\n"));
    assertThat(check(Rules.alice("<sender>any</sender>")).outcome()).isEqualTo(Outcome.ALLOWED);
    assertThat(check(Rules.alice("")).refusal().orElseThrow())
        .hasToString("554 5.6.0 Message refused: a line of the header is no field");
  }

  @Test
  void rewrittenMailShouldNameTheAllowedAddressAndNobodyElse() throws Exception {
    Grant grant = Rules.alice("<otherwise>rewrite</otherwise>");
    SenderCheck.applySender(mail, grant.mail("ceo@bank.example", 0, Set.of()));
    SenderCheck.applyHeader(mail, check(grant));
    assertThat(mail.getMaybeSender().asString()).isEqualTo("alice@example.com");
    assertThat(value(mail, RightAttributes.GIVEN_SENDER)).isEqualTo("ceo@bank.example");
    assertThat(header())
        .isEqualTo(
            raw(
                "Received: x¶X-Mark: forged¶From: \"The CEO\" <alice@example.com>¶"
                    + "Subject: gr‰fc‰dfe¶¶"));
    assertThat(check(grant).outcome()).isEqualTo(Outcome.ALLOWED);
  }

  @Test
  void nameThatIsNoPlainTextShouldNotSurviveARewrite() throws Exception {
    mail.setMessageNoCopy(
        message("From: \"x\\\" <evil@bank.example>, y\" <ceo@bank.example>\r\n\r\n"));
    Grant grant = Rules.alice("<otherwise>rewrite</otherwise>");
    SenderCheck.applyHeader(mail, check(grant));
    assertThat(header()).isEqualTo("From: <alice@example.com>\r\n\r\n");
  }

  @Test
  void markShouldReplaceWhatAClientWroteInItsField() throws Exception {
    Grant grant = Rules.alice("<otherwise header='X-Mark'>mark</otherwise>");
    SenderCheck.applySender(mail, grant.mail("ceo@bank.example", 0, Set.of()));
    SenderCheck.applyHeader(mail, check(grant));
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ceo@bank.example");
    assertThat(header())
        .contains("X-Mark: From <ceo@bank.example> is not allowed\r\n", "Reply-To: x@phish")
        .doesNotContain("forged");
    assertThat(String.valueOf(value(mail, RightAttributes.MARKS)))
        .contains("sender <ceo@bank.example> is not allowed")
        .contains("From <ceo@bank.example> is not allowed");
  }

  @Test
  void bothMarksShouldBeSet() throws Exception {
    mail.setMessageNoCopy(
        message("From: \"boss@bank.example\" <ceo@bank.example>\r\nX-Dn: forged\r\n\r\n"));
    Grant grant =
        Rules.alice(
            "<displayNames header='X-Dn'>mark</displayNames>"
                + "<otherwise header='X-Mark'>mark</otherwise>");
    SenderCheck.applyHeader(mail, check(grant));
    assertThat(header())
        .contains("X-Mark: From <ceo@bank.example> is not allowed\r\n")
        .contains("X-Dn: the name in From reads like another address\r\n")
        .doesNotContain("forged");
  }

  @Test
  void allowedMailShouldStayByteForByte() throws Exception {
    Grant grant = Rules.alice("<sender>@bank.example</sender>");
    SenderCheck.applySender(mail, grant.mail("ceo@bank.example", 0, Set.of()));
    SenderCheck.applyHeader(mail, check(grant));
    assertThat(header()).isEqualTo(FORGED);
    assertThat(mail.attributes()).isEmpty();
  }
}
