/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;

class RewriteHeadersTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T15:00:00Z"), ZoneOffset.UTC);
  private static final String MESSAGE = "Subject: [int] s\r\nX-A: 1\r\n\r\nbody\r\n";

  @Test
  void rulesShouldBeAppliedToAStockMessage() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "s@example.com", "r@remote.example");
    mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("ann")));
    mail.setAttribute(new Attribute(AttributeName.of("a.b"), AttributeValue.of(17)));
    init("""
            remove X-A
              replace Subject: /^\\[int\\] *//
            add X-Seen: ${sender} ${recipient} ${login} ${mailname} ${attribute:a.b}
            add X-Date: ${date}
            """)
        .service(mail);
    assertThat(Messages.written(mail.getMessage()))
        .asString() // stock adds fields on top when it writes
        .endsWith(
            """
            Subject: s
            X-Seen: s@example.com r@remote.example ann Mail1 17
            X-Date: Sun, 29 Nov 2026 15:00:00 +0000

            body
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void recipientShouldBeThereOnlyWhenItIsAlone() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "", "r@remote.example", "q@remote.example");
    init("add X-To: ${recipient}${sender}").service(mail);
    assertThat(Mailets.header(mail)).doesNotContain("X-To");
  }

  @Test
  void matcherShouldHoldForAllRecipientsOrNot() throws Exception {
    String rules =
        """
        when match LoginIs=ann
          add X-Ann: yes
        end
        when not match LoginIs=bob
          add X-Bob: no
        end
        """;
    MailImpl mail = Mailets.mail(MESSAGE, "s@example.com", "r@remote.example");
    mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("ann")));
    mail.setAttribute(
        new Attribute(AttributeName.of("org.posthouse.right.identity"), AttributeValue.of("ann")));
    init(rules).service(mail);
    assertThat(Mailets.header(mail)).contains("X-Ann: yes", "X-Bob: no");
  }

  @Test
  void smtputf8ShouldKeepUtf8() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "s@example.com", "r@remote.example");
    init("set Subject: Grüße").service(mail);
    assertThat(Mailets.header(mail)).contains("Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n");
    mail.setAttribute(
        new Attribute(AttributeName.of("org.posthouse.needs.smtputf8"), AttributeValue.of(true)));
    init("set Subject: Grüße").service(mail);
    assertThat(Mailets.header(mail)).contains("Subject: Gr\u00c3\u00bc\u00c3\u009fe\r\n");
  }

  @Test
  void nothingShouldBeWrittenWhenNothingChanges() throws Exception {
    Mail mail = Mailets.fakeMail(MESSAGE);
    CountingMessage message = new CountingMessage(MESSAGE);
    mail.setMessage(message);
    init("remove X-B\nset X-A: 1\nrename X-C: X-D\nreplace Subject: /none/x/").service(mail);
    assertThat(message.edits()).isZero();
    init("set X-A: 2").service(mail);
    assertThat(message.edits()).isOne();
    assertThat(message.header()).isEqualTo("Subject: [int] s\r\nX-A: 2\r\n");
  }

  @Test
  void wrongRulesAndMatchersShouldBeRefused() {
    assertThatThrownBy(() -> init("remove X Y\nsett X: y"))
        .hasMessageContaining("mailet RewriteHeaders: <rules>, line 1: ")
        .hasMessageContaining("; <rules>, line 2: 'sett' is none of ");
    assertThatThrownBy(() -> init("when match NoSuch=1\nremove X\nend"))
        .hasMessageContaining("when match NoSuch=1: there is no matcher NoSuch");
    assertThatThrownBy(() -> init("when match LoginIs\nremove X\nend"))
        .hasMessageContaining("when match LoginIs: ");
    assertThatThrownBy(() -> Mailets.init(new RewriteHeaders(), "rule", "remove X"))
        .hasMessageContaining("did you mean <rules>?");
    assertThatThrownBy(() -> Mailets.init(new RewriteHeaders()))
        .hasMessageContaining("<rules> is required");
  }

  private static RewriteHeaders init(String rules) throws Exception {
    return Mailets.init(new RewriteHeaders(CLOCK), "rules", rules);
  }
}
