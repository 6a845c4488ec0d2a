/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.alignment.Outlet;
import org.posthouse.authentication.Corpus;
import org.posthouse.dns.ScriptedDns;
import org.posthouse.signing.TestClock;

class AlignmentForecastTest {
  private static final String SPF = "example.com. IN TXT \"v=spf1 ip4:192.0.2.1 -all\"";
  private static final String WHY =
      "DMARC will fail: dkim: not signed; spf: none for 192.0.2.1 (no policy is published);"
          + " publish "
          + SPF;

  private final TestClock clock = new TestClock("2026-11-29T12:00:00Z");
  private final KeptQueues queues = new KeptQueues();
  private final ScriptedDns dns = ScriptedDns.of("_dmarc.example.com TXT \"v=DMARC1; p=reject\"");
  @TempDir Path home;

  /** A server that knows one address. */
  private final class Mailet extends AlignmentForecast {
    Mailet() {
      super(new TempFiles(home), dns, queues, new KeyTables(clock), clock);
    }

    @Override
    protected List<Outlet> outlets(List<InetAddress> written) {
      List<InetAddress> known = List.of(InetAddresses.forString("192.0.2.1"));
      return (written.isEmpty() ? known : written)
          .stream().map(address -> new Outlet(address, "relay.example.com")).toList();
    }
  }

  private Mailet mailet(String... parameters) throws Exception {
    return Mailets.init(new Mailet(), parameters);
  }

  private static FakeMail mail(String sender) throws Exception {
    FakeMail.Builder mail =
        FakeMail.builder()
            .name("m")
            .state("transport")
            .recipient("bob@example.net")
            .mimeMessage(Messages.parse(Corpus.MESSAGE));
    return (sender.isEmpty() ? mail : mail.sender(sender)).build();
  }

  private static FakeMail mail() throws Exception {
    return mail("ann@example.com");
  }

  private static String attribute(Mail mail, String name) {
    return mail.getAttribute(AttributeName.of(name))
        .map(found -> String.valueOf((Object) found.getValue().value()))
        .orElse("");
  }

  private static String outlook(Mail mail) {
    return attribute(mail, "org.posthouse.alignment");
  }

  @Test
  void failureShouldBeMarkedWithItsReason() throws Exception {
    FakeMail mail = mail();
    mailet("header", "X-Alignment").service(mail);
    assertThat(outlook(mail)).isEqualTo("fail");
    assertThat("DMARC will fail: " + attribute(mail, "org.posthouse.alignment.reason"))
        .isEqualTo(WHY);
    assertThat(mail.getState()).isEqualTo("transport");
    assertThat(mail.getMessage().getHeader("X-Alignment")).containsExactly("fail");
    assertThat(queues.kept).isEmpty();
  }

  @Test
  void failureShouldBeRefusedWithTheRecord() throws Exception {
    FakeMail mail = mail();
    Mailet mailet = mailet("action", "refuse", "failProcessor", "bounces");
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo("bounces");
    assertThat(mail.getErrorMessage()).isEqualTo("5.7.26 (" + WHY + ")");
    assertThat(attribute(mail, "delivery-error")).isEqualTo("5.7.26 (" + WHY + ")");
    assertThat(mailet.requiredProcessingState()).containsExactly(new ProcessingState("bounces"));
    assertThat(mailet().requiredProcessingState()).isEmpty();
  }

  @Test
  void heldMailShouldPassOnceTheRecordIsThere() throws Exception {
    Mailet mailet = mailet("action", "hold", "holdFor", "10 min", "header", "X-Alignment");
    FakeMail mail = mail();
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    assertThat(queues.kept).hasSize(1);
    assertThat(queues.kept.get(0).state()).isEqualTo("transport");
    assertThat(queues.kept.get(0).delay()).isEqualTo(Duration.ofMinutes(10));
    assertThat(attribute(mail, "delivery-error")).isEmpty();
    dns.with(SPF);
    mail.setState("transport");
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo("transport");
    assertThat(outlook(mail)).isEqualTo("pass");
    assertThat(attribute(mail, "org.posthouse.alignment.reason")).isEmpty();
    assertThat(mail.getMessage().getHeader("X-Alignment")).containsExactly("pass");
  }

  @Test
  void mailHeldForTooLongShouldGoToItsProcessor() throws Exception {
    Mailet mailet = mailet("action", "hold", "holdAtMost", "1 h", "failProcessor", "late");
    FakeMail mail = mail();
    mailet.service(mail);
    clock.advance(Duration.ofHours(1));
    mailet.service(mail);
    assertThat(queues.kept).hasSize(1);
    assertThat(mail.getState()).isEqualTo("late");
    assertThat(mail.getErrorMessage()).isEqualTo("5.7.26 (" + WHY + ")");
    assertThat(attribute(mail, "delivery-error")).isEqualTo(mail.getErrorMessage());
  }

  @ParameterizedTest
  @CsvSource({"hold", "refuse"})
  void mailShouldPassWhileTheDnsGivesNoAnswer(String action) throws Exception {
    dns.failing("example.com");
    FakeMail mail = mail();
    mailet("action", action).service(mail);
    assertThat(outlook(mail)).isEqualTo("unknown");
    assertThat(mail.getState()).isEqualTo("transport");
    assertThat(queues.kept).isEmpty();
  }

  @Test
  void writtenSourcesAndNameShouldStandForWhatTheServerKnows() throws Exception {
    dns.with("example.com. TXT \"v=spf1 ip4:198.51.100.0/24 -all\"")
        .with("out.example.com. TXT \"v=spf1 ip4:198.51.100.7 -all\"");
    FakeMail mail = mail();
    mailet("source", "198.51.100.7, 198.51.100.8").service(mail);
    assertThat(outlook(mail)).isEqualTo("pass");
    FakeMail bounce = mail("");
    mailet("source", "198.51.100.7", "helo", "out.example.com").service(bounce);
    assertThat(outlook(bounce)).isEqualTo("pass");
    mailet("source", "198.51.100.7").service(bounce);
    assertThat(outlook(bounce)).isEqualTo("fail");
    mailet("spf", "false").service(mail);
    assertThat(outlook(mail)).isEqualTo("fail");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sorce | 192.0.2.1 | unknown parameter <sorce>; did you mean <source>?",
        "source | example.com | <source> has addresses of IPv4 or IPv6, separated by commas, not",
        "action | refused | <action> is not 'refused'; did you mean 'refuse'?",
        "signing | latr | <signing> is not 'latr'; did you mean 'later'?",
        "signing | later | <signing> later needs the <keyTable> that will sign",
        "spf | off | <spf> is true or false, not 'off'",
        "header | X Y | <header> is the name of a header field, not 'X Y'",
        "holdFor | soon | <holdFor> is a number and ms, s, min, h or d",
        "timeoutSeconds | 0 | <timeoutSeconds> must be a whole number above 0",
        "keyTable | none.xml | none.xml"
      })
  void wrongParametersShouldBeRefused(String name, String value, String complaint) {
    assertThatThrownBy(() -> mailet(name, value)).hasMessageContaining(complaint);
  }

  @Test
  void sourceWithoutSpfShouldBeRefused() {
    assertThatThrownBy(() -> mailet("spf", "false", "source", "192.0.2.1"))
        .hasMessageContaining("<source> is of no use when <spf> is false");
  }
}
