/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.secret.Secrets;
import org.posthouse.unsubscribe.UnsubscribeToken;

class ListUnsubscribeTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final long DAY = NOW.getEpochSecond() / 86_400;
  private static final String LINK = "https://example.com/u?t=";
  private static final String THEIRS = "List-Unsubscribe: <mailto:off@example.net>\r\n";

  @TempDir Path home;

  private final CopyingContext copies = new CopyingContext();

  @BeforeEach
  void writeSecret() throws Exception {
    new TempFiles(home).withSecret();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Subject:s\nX:\u00e4\n y\n", "X: y\r\nFrom: a\n", "From: a\r\n"})
  void fieldsShouldStandBelowTheOthersWithTheirLineEnd(String header) throws Exception {
    RawMessage message = new RawMessage(header);
    FakeMailetConfig.Builder config =
        config().setProperty("mailto", "mailto:off@example.com?subject={token}");
    serve(
        config,
        FakeMail.builder()
            .name("m")
            .sender("news@example.com")
            .recipient("to@h.example")
            .mimeMessage(message)
            .build());
    String end = header.contains("\r\n") ? "\r\n" : "\n";
    String token = "\\E1\\.[\\w-]+\\.[\\w-]{43}\\Q";
    assertThat(message.text())
        .matches(
            "(?s)\\Q"
                + header
                + "List-Unsubscribe: <"
                + LINK
                + token
                + ">,"
                + end
                + " <mailto:off@example.com?subject="
                + token
                + ">"
                + end
                + "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
                + end
                + "\\E");
  }

  @Test
  void tokenShouldTellRecipientListAndDay() throws Exception {
    Mail mail = mail("List-Id: News, weekly <news.example.com>\r\n");
    serve(config(), mail);
    assertThat(token(mail))
        .isEqualTo(new UnsubscribeToken(DAY, "to@h.example", "news.example.com"));
    Mail named = mail("List-Id: News <news.example.com>\r\n");
    serve(config().setProperty("list", "offers"), named);
    assertThat(token(named).list()).isEqualTo("offers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"List-Id: broken", "List-Id: <>", "List-Id: <a b>", "List-Id: <x", "X-List-Id: <x>"})
  void senderShouldBeTheListWhereListIdTellsNone(String field) throws Exception {
    Mail mail = mail(field + "\r\n");
    serve(config(), mail);
    assertThat(token(mail).list()).isEqualTo("news@example.com");
  }

  @Test
  void mailtoShouldStandBehindTheLink() throws Exception {
    Mail mail = mail("");
    serve(config().setProperty("mailto", "mailto:off@example.com?subject={token}"), mail);
    String field = mail.getMessage().getHeader("List-Unsubscribe")[0];
    assertThat(field).startsWith("<" + LINK).contains(">,\r\n <mailto:off@example.com?subject=1.");
    assertThat(field).endsWith(">");
  }

  @Test
  void fieldThatIsThereShouldBeKeptOrReplaced() throws Exception {
    Mail kept = mail(THEIRS);
    serve(config(), kept);
    assertThat(written(kept)).isEqualTo(Mails.HEADER + THEIRS + "\r\nbody\r\n");

    Mail replaced = mail(THEIRS + "list-unsubscribe: <x:y>\r\nList-Unsubscribe-Post: z\r\n");
    serve(config().setProperty("existing", "replace"), replaced);
    assertThat(written(replaced)).doesNotContain("off@example.net").doesNotContain("x:y");
    assertThat(replaced.getMessage().getHeader("List-Unsubscribe")).hasSize(1);
    assertThat(replaced.getMessage().getHeader("List-Unsubscribe-Post"))
        .containsExactly("List-Unsubscribe=One-Click");
  }

  @Test
  void strayPostFieldShouldGiveWay() throws Exception {
    Mail mail = mail("List-Unsubscribe-Post: z\r\n");
    serve(config(), mail);
    assertThat(mail.getMessage().getHeader("List-Unsubscribe-Post"))
        .containsExactly("List-Unsubscribe=One-Click");
  }

  @Test
  void mailWithSeveralRecipientsShouldBeSplit() throws Exception {
    Mail mail = Mails.known("news@example.com", "a@h.example", "b@h.example");
    ListUnsubscribe mailet = mailet(config());
    mailet.service(mail);
    assertThat(token(mail).recipient()).isEqualTo("a@h.example");
    Mail copy = copies.taken.get(0);
    assertThat(copy.getMessage().getHeader("List-Unsubscribe")).isNull();
    mailet.service(copy);
    assertThat(token(copy).recipient()).isEqualTo("b@h.example");
    assertThat(copies.taken).hasSize(1);
  }

  @Test
  void mailWithSeveralRecipientsShouldPassByChoice() throws Exception {
    Mail mail = Mails.known("news@example.com", "a@h.example", "b@h.example");
    serve(config().setProperty("severalRecipients", "pass"), mail);
    assertThat(mail.getRecipients()).hasSize(2);
    assertThat(mail.getMessage().getHeader("List-Unsubscribe")).isNull();
    assertThat(copies.taken).isEmpty();
  }

  @Test
  void bouncesStrangersAndCrowdsShouldPassAsTheyAre() throws Exception {
    for (Mail mail :
        List.of(
            Mails.known("", "a@h.example"),
            Mails.strangers("x@y.example", "a@h.example", "b@h.example"),
            Mails.known("x@y.example", "a@h.example", "b@h.example", "c@h.example"))) {
      serve(config().setProperty("maxRecipients", "2"), mail);
      assertThat(mail.getMessage().getHeader("List-Unsubscribe")).isNull();
    }
    assertThat(copies.taken).isEmpty();
  }

  @Test
  void linkThatFitsNoLineShouldNotBeWritten() throws Exception {
    Mail mail = mail("");
    serve(config().setProperty("list", "x".repeat(700)), mail);
    assertThat(written(mail)).isEqualTo(Mails.HEADER + "\r\nbody\r\n");
  }

  @Test
  void bothFieldsShouldBeSignedByDefault() {
    assertThat(HeaderSelection.oversigned(HeaderSelection.DEFAULT).names())
        .contains("list-unsubscribe", "list-unsubscribe-post");
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertRefused(config().setProperty("url", "x"), "did you mean <uri>?");
    assertRefused(
        config().setProperty("uri", "http://example.com/{token}"),
        "<uri> is wrong: it begins with https:, not 'http://example.com/{token}'");
    assertRefused(
        config().setProperty("mailto", "off@example.com"), "<mailto> is wrong: it begins with");
    assertRefused(config().setProperty("list", "a\nb"), "<list> stands on one line");
    assertRefused(config().setProperty("existing", "maybe"), "<existing> is not 'maybe'");
    assertRefused(config().setProperty("severalRecipients", "x"), "<severalRecipients> is not");
    assertRefused(config().setProperty("secretFile", "none"), "there is no file");
    assertRefused(
        config().setProperty("uri", "x").setProperty("existing", "x").setProperty("list", "a\nb"),
        "'x'; <list> stands on one line; <existing> is not 'x'");
  }

  private void assertRefused(FakeMailetConfig.Builder config, String message) {
    assertThatThrownBy(() -> mailet(config)).hasMessageContaining(message);
  }

  private static Mail mail(String fields) throws Exception {
    Mail mail = Mails.known("news@example.com", "to@h.example");
    mail.setMessage(Messages.parse(Mails.HEADER + fields + "\r\nbody\r\n"));
    return mail;
  }

  private static String written(Mail mail) throws Exception {
    return new String(Messages.written(mail.getMessage()), ISO_8859_1);
  }

  private static UnsubscribeToken token(Mail mail) throws Exception {
    String field = mail.getMessage().getHeader("List-Unsubscribe")[0];
    String token = field.substring(LINK.length() + 1, field.indexOf('>'));
    return UnsubscribeToken.read(token, Secrets.of(List.of(TempFiles.SECRET))).orElseThrow();
  }

  private void serve(FakeMailetConfig.Builder config, Mail mail) throws Exception {
    mailet(config).service(mail);
  }

  private ListUnsubscribe mailet(FakeMailetConfig.Builder config) throws Exception {
    ListUnsubscribe mailet =
        new ListUnsubscribe(new TempFiles(home), Clock.fixed(NOW, ZoneOffset.ofHours(14)));
    mailet.init(config.mailetContext(copies.context()).build());
    return mailet;
  }

  private static FakeMailetConfig.Builder config() {
    return FakeMailetConfig.builder()
        .mailetName("ListUnsubscribe")
        .setProperty("uri", LINK + "{token}")
        .setProperty("secretFile", "file://conf/secret");
  }
}
