/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.builder.MimeMessageBuilder;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DSNBounceTest {
  private final FakeMailContext context =
      FakeMailContext.builder().postmaster(address("postmaster@relay.test")).build();

  private static MailAddress address(String text) {
    try {
      return new MailAddress(text);
    } catch (AddressException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private MailImpl mail(String notify) throws Exception {
    MailImpl mail =
        MailImpl.builder()
            .name("m")
            .sender("a@relay.test")
            .addRecipients("told@y.test", "asked@y.test")
            .mimeMessage(MimeMessageBuilder.mimeMessageBuilder().setSubject("s").setText("x"))
            .build();
    mail.setRemoteAddr("192.0.2.1");
    mail.setRemoteHost("192.0.2.1");
    mail.setDsnParameters(
        DsnParameters.builder()
            .addRcptParameter(
                address("asked@y.test"),
                RecipientDsnParameters.fromSMTPArgLine(Map.of("NOTIFY", notify)).orElseThrow())
            .build()
            .orElseThrow());
    return mail;
  }

  private static <T> T stub(Class<T> type, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
  }

  private void bounce(Mail mail, String... parameters) throws Exception {
    DSNBounce mailet =
        new DSNBounce(
            stub(DNSService.class, "unasked"), stub(DomainList.class, Domain.of("relay.test")));
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder().mailetName("DSNBounce").mailetContext(context);
    for (int i = 0; i < parameters.length; i += 2) {
      config.setProperty(parameters[i], parameters[i + 1]);
    }
    mailet.init(config.build());
    mailet.service(mail);
  }

  private String report() throws Exception {
    assertThat(context.getSentMails()).hasSize(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    context.getSentMails().get(0).getMsg().writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"NEVER, false", "'SUCCESS,DELAY', false", "FAILURE, true", "'DELAY,FAILURE', true"})
  void onlyFailuresThatTheSenderWantsShouldBeTold(String notify, boolean told) throws Exception {
    MailImpl mail = mail(notify);
    bounce(mail, "passThrough", "false");
    assertThat(report()).contains("told@y.test");
    assertThat(report().contains("asked@y.test")).isEqualTo(told);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    mail.dispose();
  }

  @ParameterizedTest
  @CsvSource({"false, ghost", "true, root"})
  void nothingToTellShouldBeNoReport(String passThrough, String state) throws Exception {
    MailImpl mail = mail("NEVER");
    mail.setRecipients(List.of(address("asked@y.test")));
    bounce(mail, "passThrough", passThrough);
    assertThat(context.getSentMails()).isEmpty();
    assertThat(mail.getState()).isEqualTo(state);
    assertThat(mail.getRecipients()).containsExactly(address("asked@y.test"));
    mail.dispose();
  }

  @Test
  void reportShouldBeOneOfTheRelaysOwn() throws Exception {
    MailImpl mail = mail("FAILURE");
    mail.setRecipients(List.of(address("asked@y.test")));
    mail.setDsnParameters(
        DsnParameters.builder()
            .envId(DsnParameters.EnvId.of("a+2Bb"))
            .addRcptParameter(
                address("asked@y.test"),
                RecipientDsnParameters.fromSMTPArgLine(
                        Map.of("NOTIFY", "FAILURE", "ORCPT", "rfc822;first@x.test"))
                    .orElseThrow())
            .build()
            .orElseThrow());
    mail.setAttribute(
        new Attribute(
            AttributeName.of("dsn-arrival-date"),
            AttributeValue.of(ZonedDateTime.parse("2026-11-30T12:00:00Z"))));
    reason(mail, "5.1.1 (No mailboxes on this relay)");
    bounce(mail);
    assertThat(report())
        .contains("From: Mail Delivery System <postmaster@relay.test>\r\n")
        .contains("To: <a@relay.test>\r\n")
        .contains("Subject: Undelivered mail: s\r\n")
        .contains("Auto-Submitted: auto-replied\r\n")
        .contains("report-type=delivery-status")
        .contains("Your mail of Mon, 30 Nov 2026 12:00:00 +0000 could not be")
        .contains("<asked@y.test> (you wrote to <first@x.test>)\r\n")
        .contains("    No mailboxes on this relay\r\n")
        .contains("Reporting-MTA: dns; relay.test\r\n")
        .contains("Original-Envelope-Id: a+b\r\n")
        .contains("Original-Recipient: rfc822; first@x.test\r\n")
        .contains("Final-Recipient: rfc822; asked@y.test\r\n")
        .contains("Action: failed\r\nStatus: 5.1.1\r\n")
        .contains("Content-Type: message/rfc822\r\n");
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    mail.dispose();
  }

  private static void reason(Mail mail, String text) {
    mail.setAttribute(new Attribute(AttributeName.of("delivery-error"), AttributeValue.of(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "550 5.1.6 She has moved, 5.1.6, It was refused:, '550 5.1.6 She has moved'",
    "554 no, 5.7.0, It was refused:, 554 no",
    "450 4.2.1 not now, 4.2.1, The answer was:, 450 4.2.1 not now",
    "5.7.26 publish it (now) or never, 5.7.26, publish it (now) or never, ''",
    "no idea, 5.7.0, no idea, ''",
    "5.5, 5.7.0, '    5.5', ''",
    "'', 5.7.0, What you can do, ''",
  })
  void reasonShouldBeRead(String reason, String status, String text, String diagnostic)
      throws Exception {
    MailImpl mail = mail("FAILURE");
    reason(mail, reason);
    bounce(mail, "defaultStatus", "5.7.0");
    assertThat(report()).contains("Status: " + status + "\r\n").contains(text);
    assertThat(report().contains("Diagnostic-Code: smtp; " + diagnostic))
        .isEqualTo(!diagnostic.isEmpty());
    mail.dispose();
  }

  @Test
  void errorMessageShouldCountWhereThereIsNoOtherReason() throws Exception {
    MailImpl mail = mail("FAILURE");
    mail.setErrorMessage("5.4.6 it goes in circles");
    bounce(mail);
    assertThat(report()).contains("Status: 5.4.6\r\n").contains("it goes in circles");
    mail.dispose();
  }

  @ParameterizedTest
  @CsvSource({
    "message, , message/rfc822",
    "heads, , text/rfc822-headers",
    "heads, FULL, message/rfc822",
    "message, HDRS, text/rfc822-headers",
    "none, FULL, ",
  })
  void asMuchOfTheMailShouldComeBackAsIsWanted(String attachment, String ret, String type)
      throws Exception {
    MailImpl mail = mail("FAILURE");
    if (ret != null) {
      mail.setDsnParameters(
          DsnParameters.builder().ret(DsnParameters.Ret.valueOf(ret)).build().orElseThrow());
    }
    bounce(mail, "attachment", attachment);
    assertThat(report().contains("Content-Type: message/rfc822"))
        .isEqualTo("message/rfc822".equals(type));
    assertThat(report().contains("Content-Type: text/rfc822-headers"))
        .isEqualTo("text/rfc822-headers".equals(type));
    mail.dispose();
  }

  @Test
  void wordsOfTheAdministratorShouldBeUsed() throws Exception {
    MailImpl mail = mail("FAILURE");
    bounce(
        mail,
        "messageString",
        "  Hello,\n  [machine] says no.\n\n  Bye",
        "prefix",
        "[Ü]",
        "sender",
        "help@relay.test");
    assertThat(report())
        .contains("From: Mail Delivery System <help@relay.test>\r\n")
        .contains("Subject: =?utf-8?B?W8OcXQ==?= Undelivered mail: s\r\n")
        .contains("\r\nHello,\r\nrelay.test says no.\r\n\r\nBye\r\n")
        .contains("answered by help@relay.test")
        .doesNotContain("This is the mail system");
    mail.dispose();
  }

  @ParameterizedTest
  @CsvSource({"FAILURE, 0", "NEVER, 0", "SUCCESS, 1"})
  void successShouldBeToldToThoseOnlyWhoAskedForIt(String notify, int reports) throws Exception {
    MailImpl mail = mail(notify);
    bounce(mail, "action", "relayed");
    assertThat(context.getSentMails()).hasSize(reports);
    if (reports > 0) {
      assertThat(report())
          .contains("Action: relayed\r\nStatus: 2.0.0\r\n")
          .doesNotContain("told@y.test");
    }
    mail.dispose();
  }

  @Test
  void wrongParametersShouldBeToldTogether() throws Exception {
    MailImpl mail = mail("FAILURE");
    assertThatThrownBy(() -> bounce(mail, "sendr", "x", "attachment", "head", "sender", "a b"))
        .hasMessageContainingAll("Did you mean <sender>?", "<attachment> 'head'", "<sender> 'a b'");
    mail.dispose();
  }

  @ParameterizedTest
  @CsvSource({"delayed, 4.0.0", "relayed, 2.0.0", "failed, 5.1.1"})
  void statusShouldFitTheAction(String action, String status) throws Exception {
    MailImpl mail = mail("SUCCESS,DELAY,FAILURE");
    reason(mail, "5.1.1 nobody");
    bounce(mail, "action", action);
    assertThat(report()).contains("Status: " + status + "\r\n");
    mail.dispose();
  }

  @Test
  void mailWithoutASenderShouldNeverBeReported() throws Exception {
    MailImpl mail = mail("FAILURE");
    mail.setSender(null);
    bounce(mail, "passThrough", "false");
    assertThat(context.getSentMails()).isEmpty();
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    mail.dispose();
  }

  @ParameterizedTest
  @CsvSource({
    "defaultStatus, 5.7.1 no, 5.7.1 no",
    "sender, a@b@c, a@b@c",
    "action, lost, lost",
    "passThrough, falsch, falsch",
    "attachment, head, heads",
    "massageString, x, Did you mean <messageString>?"
  })
  void wrongParameterShouldBeRefused(String name, String value, String told) throws Exception {
    MailImpl mail = mail("FAILURE");
    assertThatThrownBy(() -> bounce(mail, name, value)).hasStackTraceContaining(told);
    mail.dispose();
  }
}
