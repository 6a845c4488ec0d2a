/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailContext.SentMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.returnpath.Mailbox;
import org.posthouse.returnpath.SenderRewriting;
import org.posthouse.secret.Secrets;

class SrsTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String FORGED = "SRS0=abcd=2W=first.example=user@srs.example.com";

  @TempDir Path home;

  private final FakeMailContext context = FakeMailContext.defaultContext();

  @BeforeEach
  void writeSecret() throws Exception {
    new TempFiles(home).withSecret();
  }

  @Test
  void senderShouldGoAndBounceComeBack() throws Exception {
    Mail mail = Mails.known("User@first.example", "to@remote.example");
    forward().service(mail);
    assertThat(Mails.sender(mail))
        .startsWith("SRS0=")
        .endsWith("=first.example=User@srs.example.com");
    assertThat(Mails.recipients(mail)).containsExactly("to@remote.example");

    MailImpl bounce = Mails.strangers("", Mails.sender(mail));
    reverse(NOW).service(bounce);
    assertThat(Mails.recipients(bounce)).containsExactly("User@first.example");
    assertThat(bounce.getState()).isEqualTo(Mails.STATE);
    assertThat(Mails.isOwn(bounce)).isTrue();
    assertThat(context.getSentMails()).isEmpty();
  }

  @Test
  void senderBeyondAsciiShouldGoAndComeBack() throws Exception {
    Mail mail = Mails.known("\"j\u00e4\"@first.example", "to@remote.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).startsWith("\"SRS0=").endsWith("=j\u00e4\"@srs.example.com");
    MailImpl bounce = Mails.strangers("", Mails.sender(mail));
    reverse(NOW).service(bounce);
    assertThat(Mails.recipients(bounce)).containsExactly("\"j\u00e4\"@first.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "u@srs.example.com",
        "u@example.com",
        "u@Example.COM",
        "u@a.example.org",
        "u@a.b.example.org"
      })
  void nullAndOwnSendersShouldStay(String sender) throws Exception {
    Mail mail = Mails.known(sender, "to@remote.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).isEqualToIgnoringCase(sender);
  }

  @ParameterizedTest
  @ValueSource(strings = {"u@example.org", "u@notexample.com", "u@xexample.org"})
  void neighboursOfOwnDomainsShouldBeRewritten(String sender) throws Exception {
    Mail mail = Mails.known(sender, "to@remote.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).startsWith("SRS0=");
  }

  @Test
  void quotedSenderShouldComeBackQuoted() throws Exception {
    for (String sender : List.of("\"john smith\"@first.example", "\"a@b\\\"c\"@first.example")) {
      Mail mail = Mails.known(sender, "to@remote.example");
      forward().service(mail);
      assertThat(Mails.sender(mail)).startsWith("\"SRS0=").endsWith("\"@srs.example.com");
      Mail bounce = Mails.strangers("", Mails.sender(mail));
      reverse(NOW).service(bounce);
      assertThat(Mails.recipients(bounce)).containsExactly(sender);
    }
  }

  @Test
  void everySenderThatJamesKnowsShouldComeBack() throws Exception {
    Srs forward = srs(config("forward").setProperty("force", "true"), NOW);
    Srs reverse = reverse(NOW);
    int known = 0;
    for (MailAddress sender : HostileAddresses.all()) {
      Mail mail = Mails.known(sender.asString(), "to@remote.example");
      forward.service(mail);
      assertThat(Mails.sender(mail)).endsWith("@srs.example.com");
      Mail bounce = Mails.strangers("", Mails.sender(mail));
      reverse.service(bounce);
      Mailbox back = Envelope.mailbox(bounce.getRecipients().iterator().next());
      assertThat(back).isEqualTo(Envelope.mailbox(sender));
      known++;
    }
    assertThat(known).isGreaterThan(300);
  }

  @Test
  void secretFileShouldBeFoundByAnAbsolutePath() throws Exception {
    String path = home.resolve("conf/secret").toString();
    Mail mail = Mails.known("user@first.example", "to@remote.example");
    srs(config("forward").setProperty("secretFile", path), NOW).service(mail);
    assertThat(Mails.sender(mail)).isEqualTo(rewritten("user@first.example"));
  }

  @Test
  void senderThatWouldBeTooLongShouldStayUnlessForced() throws Exception {
    String sender = "u".repeat(40) + "@first.example";
    Mail mail = Mails.known(sender, "to@remote.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).isEqualTo(sender);

    srs(config("forward").setProperty("force", "true"), NOW).service(mail);
    assertThat(Mails.sender(mail)).endsWith("=" + "u".repeat(40) + "@srs.example.com");
  }

  @Test
  void forgedAddressShouldGoToTheProcessorWithoutAnyRight() throws Exception {
    MailImpl mail = Mails.strangers("forged@victim.example", FORGED);
    reverse(NOW).service(mail);
    assertThat(mail.getState()).isEqualTo("denied");
    assertThat(Mails.deliveryError(mail)).isEqualTo("5.1.1 (SRS address was not made here)");
    assertThat(Mails.recipients(mail)).containsExactly(FORGED);
    assertThat(Mails.isOwn(mail)).isFalse();
    assertThat(context.getSentMails()).isEmpty();
  }

  @Test
  void expiredAndBrokenAddressesShouldTellSo() throws Exception {
    MailImpl late = Mails.strangers("", rewritten("user@first.example"));
    reverse(NOW.plus(Duration.ofDays(22))).service(late);
    assertThat(Mails.deliveryError(late)).isEqualTo("5.1.1 (SRS address expired)");
    MailImpl broken = Mails.strangers("", "SRS0=x@srs.example.com");
    reverse(NOW).service(broken);
    assertThat(Mails.deliveryError(broken)).isEqualTo("5.1.1 (SRS address cannot be read)");
  }

  @Test
  void originalThatIsNoAddressShouldBeRefused() throws Exception {
    String address = rewritten("user@first.example").replace("SRS0", "\"SRS0");
    String local = "\"" + address.substring(1, address.indexOf('@')) + "\"";
    MailImpl mail = Mails.strangers("", local + "@srs.example.com");
    reverse(NOW).service(mail);
    assertThat(Mails.recipients(mail)).containsExactly("user@first.example");
    // whoever has the secret can sign what is no address at all
    SenderRewriting other =
        new SenderRewriting("srs.example.com", Secrets.of(List.of(TempFiles.SECRET)), '=', 4, 21);
    Mailbox sender = new Mailbox("u", "no domain");
    String none = other.forward(sender, NOW.getEpochSecond() / 86_400).orElseThrow().toString();
    MailImpl wrong = Mails.strangers("", none);
    reverse(NOW).service(wrong);
    assertThat(Mails.deliveryError(wrong)).isEqualTo("5.1.1 (SRS address cannot be read)");
  }

  @Test
  void goodAddressesShouldBePartedFromForgedOnes() throws Exception {
    String good = rewritten("user@first.example");
    MailImpl mail = Mails.strangers("stranger@victim.example", FORGED, good);
    reverse(NOW).service(mail);
    assertThat(Mails.recipients(mail)).containsExactly(FORGED);
    assertThat(mail.getState()).isEqualTo("denied");
    assertThat(Mails.isOwn(mail)).isFalse();

    SentMail copy = context.getSentMails().get(0);
    assertThat(context.getSentMails()).hasSize(1);
    assertThat(Mails.recipients(copy)).containsExactly(good);
    assertThat(copy.getState()).isEqualTo(Mails.STATE);
    assertThat(copy.getSender()).isIn(MailAddress.nullSender(), null);
  }

  @Test
  void otherRecipientsShouldGetNoRightFromAGoodAddress() throws Exception {
    String good = rewritten("user@first.example");
    MailImpl mail =
        Mails.strangers("", good, "postmaster@srs.example.com", FORGED, "x@remote.example");
    reverse(NOW).service(mail);
    assertThat(Mails.recipients(mail))
        .containsExactly("postmaster@srs.example.com", FORGED, "x@remote.example");
    assertThat(mail.getState()).isEqualTo(Mails.STATE);
    assertThat(Mails.isOwn(mail)).isFalse();
    assertThat(context.getSentMails()).hasSize(1);
  }

  @Test
  void strangersShouldGoOnWithoutASender() throws Exception {
    MailImpl reply = Mails.strangers("stranger@victim.example", rewritten("user@first.example"));
    reverse(NOW).service(reply);
    assertThat(reply.getMaybeSender().isNullSender()).isTrue();
    MailImpl ours = Mails.known("someone@example.com", rewritten("user@first.example"));
    reverse(NOW).service(ours);
    assertThat(Mails.sender(ours)).isEqualTo("someone@example.com");
  }

  @Test
  void wishesForDsnAndHeadersShouldFollowTheRecipient() throws Exception {
    String address = rewritten("user@first.example");
    MailImpl mail = Mails.strangers("", address);
    RecipientDsnParameters wish =
        RecipientDsnParameters.of(EnumSet.of(Notify.NEVER), Mails.address(address));
    mail.setDsnParameters(
        DsnParameters.of(
                Optional.empty(), Optional.empty(), ImmutableMap.of(Mails.address(address), wish))
            .orElseThrow());
    mail.addSpecificHeaderForRecipient(
        PerRecipientHeaders.Header.builder().name("X-One").value("1").build(),
        Mails.address(address));
    reverse(NOW).service(mail);
    MailAddress user = Mails.address("user@first.example");
    assertThat(mail.dsnParameters().orElseThrow().getRcptParameters())
        .isEqualTo(ImmutableMap.of(user, wish));
    assertThat(mail.getPerRecipientSpecificHeaders().getHeaderNamesForRecipient(user))
        .containsExactly("X-One");
  }

  @Test
  void foreignRecipientsShouldStay() throws Exception {
    MailImpl mail = Mails.strangers("", "SRS0=abcd=2W=x.example=u@other.example", "a@b.example");
    reverse(NOW).service(mail);
    assertThat(mail.getState()).isEqualTo(Mails.STATE);
    assertThat(mail.getRecipients()).hasSize(2);
    assertThat(Mails.isOwn(mail)).isFalse();
  }

  @Test
  void recipientThatStandsTwiceShouldBeOne() throws Exception {
    String good = rewritten("user@first.example");
    MailImpl mail = Mails.strangers("", good, good);
    reverse(NOW).service(mail);
    assertThat(Mails.recipients(mail)).containsExactly("user@first.example");
  }

  @Test
  void mailWhoseSenderCannotBeChangedShouldBeAnError() throws Exception {
    Mail mail = FakeMail.builder().name("m").sender("u@first.example").build();
    assertThatThrownBy(() -> forward().service(mail)).hasMessageContaining("cannot be changed");
  }

  @Test
  void processorShouldBeRequiredByReverseOnly() throws Exception {
    assertThat(reverse(NOW).requiredProcessingState())
        .extracting(ProcessingState::getValue)
        .containsExactly("denied");
    assertThat(forward().requiredProcessingState()).isEmpty();
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertRefused(config("forward").setProperty("seperator", "+"), "did you mean <separator>?");
    assertRefused(config("forwards"), "did you mean 'forward'?");
    assertRefused(config("forward").setProperty("separator", "_"), "<separator> is not '_'");
    assertRefused(config("forward").setProperty("hashLength", "3"), "<hashLength> is 4 to 8");
    assertRefused(config("forward").setProperty("hashLength", "9"), "<hashLength> is 4 to 8");
    assertRefused(config("forward").setProperty("maxAge", "1023"), "<maxAge> is 1 to 1000");
    assertRefused(config("forward").setProperty("force", "yes"), "<force> is not 'yes'");
    assertRefused(config("forward").setProperty("domain", "a b"), "<domain> is a name of DNS");
    assertRefused(config("forward").setProperty("secretFile", "none"), "there is no file");
    assertRefused(config("forward").setProperty("mode", " "), "<mode> is required");
  }

  @Test
  void allThatIsWrongShouldBeToldAtOnce() {
    assertThatThrownBy(
            () ->
                srs(
                    config("forwrd")
                        .setProperty("secretFil", "x")
                        .setProperty("domain", "a b")
                        .setProperty("secretFile", "none")
                        .setProperty("separator", "!")
                        .setProperty("hashLength", "99"),
                    NOW))
        .hasMessageStartingWith("mailet Srs: unknown parameter <secretFil>; did you mean")
        .hasMessageContaining("<mode> is not 'forwrd'; did you mean 'forward'?")
        .hasMessageContaining("<secretFile> is wrong: ")
        .hasMessageContaining("; <domain> is a name of DNS, not 'a b'")
        .hasMessageContaining("<separator> is not '!'")
        .hasMessageContaining("; <hashLength> is ");
  }

  @Test
  void secretThatOthersCanReadShouldStopTheStart() throws Exception {
    Files.setPosixFilePermissions(
        home.resolve("conf/secret"), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(config("forward"), "mailet Srs: <secretFile> is wrong: ");
    assertRefused(config("forward"), "chmod 600");
  }

  private void assertRefused(FakeMailetConfig.Builder config, String message) {
    assertThatThrownBy(() -> srs(config, NOW)).hasMessageContaining(message);
  }

  private String rewritten(String sender) throws Exception {
    Mail mail = Mails.known(sender, "to@remote.example");
    forward().service(mail);
    return Mails.sender(mail);
  }

  private Srs forward() throws Exception {
    return srs(config("forward").setProperty("ownDomains", "example.com, .example.org"), NOW);
  }

  private Srs reverse(Instant now) throws Exception {
    return srs(config("reverse").setProperty("processor", "denied"), now);
  }

  private Srs srs(FakeMailetConfig.Builder config, Instant now) throws Exception {
    Srs srs = new Srs(new TempFiles(home), Clock.fixed(now, ZoneOffset.ofHours(14)));
    srs.init(config.mailetContext(context).build());
    return srs;
  }

  private static FakeMailetConfig.Builder config(String mode) {
    return FakeMailetConfig.builder()
        .mailetName("Srs")
        .setProperty("mode", mode)
        .setProperty("domain", "srs.example.com")
        .setProperty("secretFile", "file://conf/secret");
  }
}
