/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.matchers.RightAttributes;

/** A door that does not tell outsiders where its clients are. */
class HiddenClientTest {
  private static final String HIDE = "<hideClient>true</hideClient>";

  @TempDir Path home;
  private SmtpHarness harness;

  @AfterEach
  void close() {
    harness.close();
  }

  private String pseudonym(String identity) throws Exception {
    return Pseudonyms.given(home.resolve("var")).orElseThrow().of(identity);
  }

  private static void logIn(SmtpDialog client) throws Exception {
    String message = "\0" + SmtpHarness.USER + "\0" + SmtpHarness.PASSWORD;
    client.ask("AUTH PLAIN " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8)), "235");
  }

  private SmtpDialog secure() throws Exception {
    SmtpDialog client = harness.client().startTls();
    client.ask("EHLO laptop.home.test", "250");
    return client;
  }

  private String sent(SmtpDialog client) throws Exception {
    client.ask("MAIL FROM:<" + SmtpHarness.USER + ">", "250");
    client.ask("RCPT TO:<b@y.test>", "250");
    client.ask("DATA", "354");
    client
        .send(String.join("\r\n", "From: " + SmtpHarness.USER, "Subject: x", "", "body", ".", ""))
        .expect("250");
    return harness.queues().messages().get(harness.queues().messages().size() - 1);
  }

  private Mail mail() {
    return harness.queues().mails().get(harness.queues().mails().size() - 1);
  }

  @Test
  void aLoginShouldShowAsItsPseudonymOnly() throws Exception {
    harness = SmtpHarness.openWith(home, HIDE);
    try (SmtpDialog client = secure()) {
      logIn(client);
      String message = sent(client);
      String trace = message.substring(0, message.indexOf("Date: "));

      // RFC 5321 section 4.4: Stamp = From-domain By-domain Opt-info [CFWS] ";" FWS date-time
      assertThat(trace)
          .matches(
              String.join(
                  "\r\n +",
                  "(?s)Received: from " + pseudonym(SmtpHarness.USER) + "[.]invalid",
                  "by relay[.]test \\(Posthouse\\) with ESMTPSA ID [0-9a-f]+",
                  "\\(TLS[^)]*\\)",
                  "for <b@y[.]test>;",
                  "[A-Z][a-z]{2}, .*"))
          .doesNotContain("127.0.0.1", "laptop.home.test", "alice");
      assertThat(mail().getAttribute(RightAttributes.PSEUDONYM).orElseThrow().getValue().value())
          .isEqualTo(pseudonym(SmtpHarness.USER));
      assertThat(mail().getRemoteAddr()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void whoIsNotKnownShouldKeepItsTrace() throws Exception {
    harness = SmtpHarness.openWith(home, HIDE);
    try (SmtpDialog client = secure()) {
      assertThat(sent(client)).startsWith("Received: from laptop.home.test ([127.0.0.1])\r\n");
      assertThat(mail().getAttribute(RightAttributes.PSEUDONYM)).isEmpty();
    }
  }

  @Test
  void anyKindOfIdentityShouldBeHidden() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf/identities.xml"),
        "<identities><users/><network identity='printer'>127.0.0.0/8</network></identities>");
    Files.writeString(
        home.resolve("conf/senders.xml"),
        "<senders><rule name='a' identities='*'><sender>any</sender></rule></senders>");
    harness = SmtpHarness.openWith(home, HIDE);
    try (SmtpDialog client = secure()) {
      assertThat(sent(client))
          .startsWith("Received: from " + pseudonym("printer") + ".invalid")
          .contains(" with ESMTPS ID ");
    }
  }

  @Test
  void aDoorShouldTellWhoComesUnlessItIsToldNotTo() throws Exception {
    harness = SmtpHarness.open(home);
    try (SmtpDialog client = secure()) {
      logIn(client);
      assertThat(sent(client)).startsWith("Received: from laptop.home.test ([127.0.0.1])\r\n");
      assertThat(mail().getAttribute(RightAttributes.PSEUDONYM)).isEmpty();
    }
  }
}
