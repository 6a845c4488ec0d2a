/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.EnvId;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailContext.SentMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerpTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final AttributeName RECIPIENTS = AttributeName.of(Verp.RECIPIENTS);
  private static final String FORGED = "bounces+aaaaaaaa2w=user=host.example@example.com";

  @TempDir Path home;

  private final FakeMailContext context = FakeMailContext.defaultContext();

  @BeforeEach
  void writeSecret() throws Exception {
    new TempFiles(home).withSecret();
  }

  @Test
  void senderShouldGoAndBounceTellWhose() throws Exception {
    Mail mail = Mails.known("news@example.com", "User@host.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).matches("bounces[+][a-z2-7]{10}=User=host.example@example.com");
    MailImpl bounce = Mails.strangers("", Mails.sender(mail));
    reverse(NOW).service(bounce);
    assertThat(returned(bounce)).containsExactly("User@host.example");
    assertThat(bounce.getState()).isEqualTo(Mails.STATE);
    assertThat(Mails.recipients(bounce)).containsExactly(Mails.sender(mail));
    assertThat(Mails.isOwn(bounce)).isFalse();
  }

  @Test
  void plainStyleShouldNeedNoSecret() throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName("Verp")
            .setProperty("mode", "forward")
            .setProperty("address", "bounces@example.com")
            .setProperty("style", "plain")
            .setProperty("delimiter", "-");
    Mail mail = Mails.known("news@example.com", "user@host.example");
    verp(config, NOW).service(mail);
    assertThat(Mails.sender(mail)).isEqualTo("bounces-user=host.example@example.com");
  }

  @Test
  void mailShouldBeSplitIntoOneForEachRecipient() throws Exception {
    MailImpl mail = Mails.known("news@example.com", "a@h.example", "b@h.example", "c@h.example");
    Mails.set(mail, "org.example.kept", "yes");
    mail.setDsnParameters(
        DsnParameters.of(
                Optional.of(EnvId.of("id-1")),
                Optional.empty(),
                ImmutableMap.of(
                    Mails.address("c@h.example"),
                    RecipientDsnParameters.of(EnumSet.of(Notify.NEVER))))
            .orElseThrow());
    forward().service(mail);
    assertThat(Mails.recipients(mail)).containsExactly("a@h.example");
    assertThat(Mails.sender(mail)).endsWith("=a=h.example@example.com");
    assertThat(context.getSentMails())
        .extracting(Mails::recipients)
        .containsExactly(List.of("c@h.example"), List.of("b@h.example"));
    for (SentMail copy : context.getSentMails()) {
      assertThat(copy.getState()).isEqualTo(Mails.STATE);
      assertThat(copy.getSender()).hasToString("news@example.com");
      assertThat(copy.getSubject()).contains("s");
      assertThat(copy.getAttributes()).containsAllEntriesOf(mail.attributesMap());
    }
  }

  @Test
  void copyShouldGetItsSenderWhenItComesBackIn() throws Exception {
    CopyingContext copies = new CopyingContext();
    Verp verp = new Verp(new TempFiles(home), Clock.fixed(NOW, ZoneOffset.UTC));
    verp.init(config("forward").mailetContext(copies.context()).build());
    verp.service(Mails.known("news@example.com", "a@h.example", "b@h.example"));
    Mail copy = copies.taken.get(0);
    verp.service(copy);
    assertThat(Mails.sender(copy)).endsWith("=b=h.example@example.com");
    assertThat(copies.taken).hasSize(1);
  }

  @Test
  void failureShouldLeaveThoseWhoHaveNoCopy() throws Exception {
    CopyingContext copies = new CopyingContext();
    copies.most = 1;
    Verp verp = new Verp(new TempFiles(home), Clock.fixed(NOW, ZoneOffset.UTC));
    verp.init(config("forward").mailetContext(copies.context()).build());
    Mail mail = Mails.known("news@example.com", "a@h.example", "b@h.example", "c@h.example");
    assertThatThrownBy(() -> verp.service(mail)).hasMessage("full");
    assertThat(Mails.recipients(mail)).containsExactly("a@h.example", "b@h.example");
    assertThat(Mails.recipients(copies.taken.get(0))).containsExactly("c@h.example");
  }

  @Test
  void strangersMailShouldNotBeSplit() throws Exception {
    Mail mail = Mails.strangers("x@victim.example", "a@h.example", "b@h.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).isEqualTo("x@victim.example");
    assertThat(mail.getRecipients()).hasSize(2);
    assertThat(context.getSentMails()).isEmpty();
  }

  @Test
  void mailToTooManyShouldPassAsItIs() throws Exception {
    Mail mail = Mails.known("news@example.com", "a@h.example", "b@h.example", "c@h.example");
    verp(config("forward").setProperty("maxRecipients", "2"), NOW).service(mail);
    assertThat(Mails.sender(mail)).isEqualTo("news@example.com");
    assertThat(mail.getRecipients()).hasSize(3);
    assertThat(context.getSentMails()).isEmpty();
  }

  @Test
  void nullSenderShouldStay() throws Exception {
    Mail mail = Mails.known("", "a@h.example", "b@h.example");
    forward().service(mail);
    assertThat(mail.hasSender()).isFalse();
    assertThat(context.getSentMails()).isEmpty();
  }

  @Test
  void tooLongSenderShouldStayUnlessForced() throws Exception {
    Mail mail = Mails.known("news@example.com", "u".repeat(50) + "@host.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).isEqualTo("news@example.com");
    verp(config("forward").setProperty("force", "true"), NOW).service(mail);
    assertThat(Mails.sender(mail)).endsWith("=host.example@example.com");
  }

  @Test
  void quotedRecipientShouldComeBack() throws Exception {
    Mail mail = Mails.known("news@example.com", "\"john smith\"@h.example");
    forward().service(mail);
    assertThat(Mails.sender(mail)).startsWith("\"bounces+");
    Mail bounce = Mails.strangers("", Mails.sender(mail));
    reverse(NOW).service(bounce);
    assertThat(returned(bounce)).containsExactly("\"john smith\"@h.example");
  }

  @Test
  void everyRecipientThatJamesKnowsShouldComeBack() throws Exception {
    Verp forward = verp(config("forward").setProperty("force", "true"), NOW);
    Verp reverse = reverse(NOW);
    int known = 0;
    for (MailAddress recipient : HostileAddresses.all()) {
      Mail mail = Mails.known("news@example.com", recipient.asString());
      forward.service(mail);
      Mail bounce = Mails.strangers("", Mails.sender(mail));
      reverse.service(bounce);
      assertThat(returned(bounce)).containsExactly(Envelope.mailbox(recipient).toString());
      known++;
    }
    assertThat(known).isGreaterThan(300);
  }

  @Test
  void forgedAndExpiredTokensShouldGoToTheProcessor() throws Exception {
    Mail forged = Mails.strangers("", FORGED);
    reverse(NOW).service(forged);
    assertThat(forged.getState()).isEqualTo("denied");
    assertThat(Mails.deliveryError(forged)).isEqualTo("5.1.1 (VERP address was not made here)");
    assertThat(forged.getAttribute(RECIPIENTS)).isEmpty();

    Mail late = Mails.strangers("", pathOf("user@host.example"));
    reverse(NOW.plus(Duration.ofDays(22))).service(late);
    assertThat(Mails.deliveryError(late)).isEqualTo("5.1.1 (VERP address expired)");
  }

  @Test
  void goodTokenBesideAForgedOneShouldCount() throws Exception {
    Mail mail = Mails.strangers("", FORGED, pathOf("user@host.example"), "x@y.example");
    reverse(NOW).service(mail);
    assertThat(returned(mail)).containsExactly("user@host.example");
    assertThat(mail.getState()).isEqualTo(Mails.STATE);
  }

  @Test
  void forgedTokenBesideAnotherRecipientShouldStay() throws Exception {
    Mail mail = Mails.strangers("", FORGED, "x@y.example");
    reverse(NOW).service(mail);
    assertThat(mail.getState()).isEqualTo(Mails.STATE);
    assertThat(mail.getAttribute(RECIPIENTS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bounces@example.com", "bounces+@example.com", "user@example.com"})
  void otherRecipientsShouldBeLeftAlone(String recipient) throws Exception {
    Mail mail = Mails.strangers("", recipient);
    reverse(NOW).service(mail);
    assertThat(mail.getState()).isEqualTo(Mails.STATE);
    assertThat(mail.getAttribute(RECIPIENTS)).isEmpty();
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertRefused(config("forward").setProperty("adress", "x"), "did you mean <address>?");
    assertRefused(config("back"), "<mode> is not 'back'");
    assertRefused(config("forward").setProperty("address", "example.com"), "is no address");
    assertRefused(config("forward").setProperty("style", "classic"), "<style> is not 'classic'");
    assertRefused(config("forward").setProperty("delimiter", "="), "<delimiter> is not '='");
    assertRefused(
        config("forward").setProperty("maxRecipients", "10001"), "<maxRecipients> is 1 to 10000");
    assertRefused(config("forward").setProperty("secretFile", " "), "<secretFile> is required");
  }

  private void assertRefused(FakeMailetConfig.Builder config, String message) {
    assertThatThrownBy(() -> verp(config, NOW)).hasMessageContaining(message);
  }

  private String pathOf(String recipient) throws Exception {
    Mail mail = Mails.known("news@example.com", recipient);
    forward().service(mail);
    return Mails.sender(mail);
  }

  private static List<String> returned(Mail mail) {
    Collection<?> values =
        (Collection<?>) mail.getAttribute(RECIPIENTS).orElseThrow().getValue().value();
    return values.stream().map(each -> (String) ((AttributeValue<?>) each).value()).toList();
  }

  private Verp forward() throws Exception {
    return verp(config("forward"), NOW);
  }

  private Verp reverse(Instant now) throws Exception {
    return verp(config("reverse").setProperty("processor", "denied"), now);
  }

  private Verp verp(FakeMailetConfig.Builder config, Instant now) throws Exception {
    Verp verp = new Verp(new TempFiles(home), Clock.fixed(now, ZoneOffset.ofHours(-11)));
    verp.init(config.mailetContext(context).build());
    return verp;
  }

  private static FakeMailetConfig.Builder config(String mode) {
    return FakeMailetConfig.builder()
        .mailetName("Verp")
        .setProperty("mode", mode)
        .setProperty("address", "bounces@example.com")
        .setProperty("secretFile", "secret");
  }
}
