/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;

/** STARTTLS and AUTH as a hostile client or a man in the middle would use them. */
class StartTlsTest {
  private static final String CREDENTIALS =
      Base64.getEncoder()
          .encodeToString(("\0" + SmtpHarness.USER + "\0" + SmtpHarness.PASSWORD).getBytes(UTF_8));

  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void startTlsShouldEncryptAndForgetWhatWasSaidBefore() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.startTls();

      client.ask("RCPT TO:<bob@next.test>", "503");
      assertThat(client.ask("EHLO client.test", "250"))
          .contains("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN")
          .doesNotContain("STARTTLS");
    }
  }

  @Test
  void startTlsShouldWorkManyTimesInARow() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (SmtpDialog client = harness.client()) {
        client.startTls().ask("EHLO again.test", "250");
      }
    }
  }

  @Test
  void aCommandCutIntoPiecesShouldBeAccepted() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send("START");
      client.send("TLS");
      client.send("\r\n");
      client.expect("220");
      client.handshake().ask("EHLO client.test", "250");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STARTTLS\r\nRSET\r\n",
        "STARTTLS\r\nMAIL FROM:<mallory@evil.test>\r\nRCPT TO:<bob@next.test>\r\nDATA\r\n",
        "NOOP\r\nSTARTTLS\r\nNOOP\r\n",
        "STARTTLS\r\nMA",
        "starttls\r\n\r\n",
        "STARTTLS\r\nSTARTTLS\r\n"
      })
  void whatFollowsTheCommandInClearShouldEndTheConnection(String attack) throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.send(attack);
      if (attack.startsWith("NOOP")) {
        client.expect("250");
      }
      client.expect("503");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void whatFollowsAMessageAndTheCommandShouldEndTheConnection() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: x\r\n\r\nx\r\n.\r\nSTARTTLS\r\nRSET\r\nNOOP\r\n");
      client.expect("250");
      client.expect("503");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void clearTextInsteadOfAHandshakeShouldGetNoCommandReply() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("STARTTLS", "220");
      client.send("RSET\r\nNOOP\r\nMAIL FROM:<mallory@evil.test>\r\n");
      // A TLS alert may come, never a reply to what was sent in clear.
      assertThat(client.readToEnd()).doesNotContain("250");
    }
  }

  @Test
  void aMessageMaySpeakOfStartTls() throws Exception {
    try (SmtpDialog client = harness.clientInData()) {
      client.send("Subject: starttls\r\n\r\nSTARTTLS\r\nstarttls now\r\n.\r\n");
      client.expect("250 2.6.0 Message received as Q1");
    }
  }

  @Test
  void authShouldNeitherBeOfferedNorAcceptedInClear() throws Exception {
    try (SmtpDialog client = harness.client()) {
      assertThat(client.ask("EHLO client.test", "250")).doesNotContain("AUTH");
      String refusal = "538 5.7.11 Encryption required for requested authentication mechanism";
      assertThat(client.ask("AUTH PLAIN " + CREDENTIALS, "538")).isEqualTo(refusal);
      assertThat(client.ask("AUTH LOGIN", "538")).isEqualTo(refusal);
      assertThat(client.ask("AUTH XOAUTH2 x", "538")).isEqualTo(refusal);
      client.ask("NOOP", "250");
    }
  }

  @Test
  void authShouldBeAcceptedInsideTls() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.startTls().ask("EHLO client.test", "250");
      client.ask("AUTH PLAIN " + CREDENTIALS, "235");
      assertThat(client.ask("STARTTLS", "503 5.5.1")).doesNotContain("RFC");
    }
  }

  @Test
  void authShouldNotBeAcceptedInATransaction() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.startTls().ask("EHLO client.test", "250");
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("AUTH PLAIN " + CREDENTIALS, "503");
    }
  }
}
