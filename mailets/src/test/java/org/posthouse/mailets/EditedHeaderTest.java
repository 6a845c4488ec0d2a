/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mailets that edit headers, and messages whose header others may end earlier. */
class EditedHeaderTest {
  private static final String HEADER =
      """
      Received: from ws1 ([10.1.2.3]) by ws2 ([10.1.2.4]); Sun, 29 Nov 2026 15:00:00 +0000
      Subject: s
      X-Mailer: m
      """;

  @TempDir Path home;

  private List<GenericMailet> mailets() throws Exception {
    return List.of(
        Mailets.init(new RewriteHeaders(), "rules", "set Subject: t"),
        Mailets.init(new HideInternalHops()),
        Mailets.init(new AddMissing()),
        Mailets.init(
            new ListUnsubscribe(new TempFiles(home).withSecret()),
            "uri",
            "https://example.com/u?t={token}",
            "secretFile",
            "file://conf/secret"));
  }

  private static Mail mail(RawMessage message) throws Exception {
    return FakeMail.builder()
        .name("m")
        .state(Mail.DEFAULT)
        .sender("news@example.com")
        .recipients("a@h.example", "b@h.example")
        .mimeMessage(message)
        .build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Please pay\n#", "From jdoe Mon\n#", "A: 1\nTo be paid: 2\n#", "#: 3\n", " x\n#"})
  void headerWithALineThatIsNoFieldShouldStay(String form) throws Exception {
    String header = form.replace("#", HEADER);
    for (GenericMailet mailet : mailets()) {
      RawMessage message = new RawMessage(header);
      Mail mail = mail(message);
      mailet.service(mail);
      assertThat(message.text()).as(mailet.getMailetInfo()).isEqualTo(header);
      assertThat(mail.getRecipients()).hasSize(2);
      assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    }
  }

  @Test
  void headerOfFieldsShouldBeEdited() throws Exception {
    for (GenericMailet mailet : mailets().subList(0, 3)) {
      RawMessage message = new RawMessage(HEADER);
      mailet.service(mail(message));
      assertThat(message.text()).as(mailet.getMailetInfo()).isNotEqualTo(HEADER);
    }
  }
}
