/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.builder.MimeMessageBuilder;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
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

  /** It is asked for the name of this host only. */
  private static DNSService dns() {
    return (DNSService)
        Proxy.newProxyInstance(
            DSNBounceTest.class.getClassLoader(),
            new Class<?>[] {DNSService.class},
            (proxy, method, arguments) ->
                method.getReturnType().equals(InetAddress.class)
                    ? InetAddress.getLoopbackAddress()
                    : "relay.test");
  }

  private void bounce(Mail mail, String passThrough) throws Exception {
    DSNBounce mailet = new DSNBounce(dns());
    mailet.init(
        FakeMailetConfig.builder()
            .mailetName("DSNBounce")
            .mailetContext(context)
            .setProperty("passThrough", passThrough)
            .build());
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
    bounce(mail, "false");
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
    bounce(mail, passThrough);
    assertThat(context.getSentMails()).isEmpty();
    assertThat(mail.getState()).isEqualTo(state);
    assertThat(mail.getRecipients()).containsExactly(address("asked@y.test"));
    mail.dispose();
  }
}
