/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;

class AddMissingTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T15:00:00Z"), ZoneOffset.ofHours(1));

  @Test
  void missingFieldsShouldBeAddedBelowTheOthers() throws Exception {
    MailImpl mail =
        Mailets.mail("From: a@b\r\nContent-Type: text/plain\r\n\r\nb", "s@Example.COM", "r@x");
    init().service(mail);
    assertThat(Mailets.header(mail).lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("From: a@b"),
            line -> assertThat(line).isEqualTo("Content-Type: text/plain"),
            line ->
                assertThat(line)
                    .matches("Message-ID: <1795964400000\\.[a-z0-9]{15,25}@example\\.com>"),
            line -> assertThat(line).isEqualTo("Date: Sun, 29 Nov 2026 16:00:00 +0100"),
            line -> assertThat(line).isEqualTo("MIME-Version: 1.0"));
  }

  @Test
  void zoneShouldBeANumber() throws Exception {
    MailImpl mail = Mailets.mail("From: a@b\r\n\r\n", "", "r@x");
    AddMissing mailet = new AddMissing(CLOCK.withZone(ZoneOffset.UTC));
    Mailets.init(mailet, "fields", "Date").service(mail);
    assertThat(Mailets.header(mail))
        .isEqualTo("From: a@b\r\nDate: Sun, 29 Nov 2026 15:00:00 +0000\r\n");
  }

  @Test
  void namesOfFieldsShouldHaveNoCase() throws Exception {
    MailImpl mail = Mailets.mail("From: a@b\r\n\r\n", "", "r@x");
    init("fields", "Message-Id, mime-version", "mimeVersion", "always").service(mail);
    assertThat(Mailets.header(mail))
        .contains("Message-ID: <", "MIME-Version: 1.0\r\n")
        .doesNotContain("Date: ");
  }

  @Test
  void identifiersShouldDiffer() throws Exception {
    AddMissing mailet = init("fields", "Message-ID", "domain", "ids.example");
    MailImpl one = Mailets.mail("From: a@b\r\n\r\n", "s@example.com", "r@x");
    MailImpl two = Mailets.mail("From: a@b\r\n\r\n", "s@example.com", "r@x");
    mailet.service(one);
    mailet.service(two);
    assertThat(Mailets.header(one)).contains("@ids.example>").isNotEqualTo(Mailets.header(two));
  }

  @Test
  void fieldsThatAreThereShouldStay() throws Exception {
    String text = "message-id:\r\nDATE: never\r\nMime-Version: 2\r\nContent-Type: x\r\n\r\nb";
    Mail mail = Mailets.fakeMail(text);
    CountingMessage message = new CountingMessage(text);
    mail.setMessage(message);
    init("mimeVersion", "always").service(mail);
    assertThat(message.edits()).isZero();
  }

  @Test
  void mimeVersionShouldNeedMimeFieldsUnlessAlways() throws Exception {
    MailImpl mail = Mailets.mail("From: a@b\r\n\r\n", "", "r@x");
    init("fields", "MIME-Version").service(mail);
    assertThat(Mailets.header(mail)).isEqualTo("From: a@b\r\n");
    init("fields", "MIME-Version", "mimeVersion", "always").service(mail);
    assertThat(Mailets.header(mail)).isEqualTo("From: a@b\r\nMIME-Version: 1.0\r\n");
  }

  @Test
  void mailFromNobodyShouldBeIdentifiedByTheHost() throws Exception {
    MailImpl mail = Mailets.mail("From: a@b\r\n\r\n", "", "r@x");
    init("fields", "Message-ID").service(mail);
    assertThat(Mailets.header(mail)).contains("@" + HostName.get() + ">\r\n");
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertThatThrownBy(() -> init("fields", "Mesage-ID"))
        .hasMessageContaining("did you mean 'Message-ID'?");
    assertThatThrownBy(() -> init("domain", "a b")).hasMessageContaining("<domain>");
    assertThatThrownBy(() -> init("mimeversion", "always"))
        .hasMessageContaining("did you mean <mimeVersion>?");
  }

  private static AddMissing init(String... parameters) throws Exception {
    return Mailets.init(new AddMissing(CLOCK), parameters);
  }
}
