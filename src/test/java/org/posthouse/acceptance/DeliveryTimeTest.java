/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** A time to deliver in (RFC 2852), from the client through the chains to the next host. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class DeliveryTimeTest {
  private static final SmtpScript NOT_NOW =
      SmtpScript.accepting()
          .extensions("DSN", "DELIVERBY")
          .on("RCPT TO:<bob@", Reaction.reply("450 4.2.1 Not now"));

  @TempDir Path home;

  @Test
  void aDeadlineShouldOutliveTheServer() throws Exception {
    try (ScriptedSmtpServer host = ScriptedSmtpServer.start(NOT_NOW)) {
      Path chains = RelayHome.create(home, host.port()).resolve("conf/mailetcontainer.xml");
      Files.writeString(
          chains, Files.readString(chains).replace("<bounceProcessor>error</bounceProcessor>", ""));
      try (RelayProcess relay = RelayProcess.start(home);
          SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
        client.ask("MAIL FROM:<alice@relay.test> BY=30;RT", "250");
        client.ask("RCPT TO:<bob@one.test> ORCPT=x400;/G+3Dbob", "250");
        client.ask("RCPT TO:<bob@two.test> NOTIFY=NEVER", "250");
        client.ask("RCPT TO:<carol@two.test> NOTIFY=NEVER", "250");
        client.ask("DATA", "354");
        client.ask("Subject: hello\r\n\r\nbody\r\n.", "250 2.6.0 Message received");
        client.ask("QUIT", "221");
        awaitMails(host, 1);
        assertThat(relay.stop()).isZero();
      }
      assertThat(host.mails().get(0).recipients()).containsExactly("carol@two.test");
      assertThat(host.mails().get(0).mailFrom()).containsPattern(" BY=[12]?[0-9];RT( |$)");
      try (RelayProcess relay = RelayProcess.start(home)) {
        awaitMails(host, 2);
        assertThat(relay.stop()).isZero();
      }
      assertThat(host.mails()).as("nobody else is told").hasSize(2);
      assertThat(host.mails().get(1).recipients()).containsExactly("alice@relay.test");
      assertThat(new String(host.mails().get(1).content(), StandardCharsets.UTF_8))
          .contains("Deliver-By-Date: ")
          .contains("Original-Recipient: x400; /G=bob\r\nFinal-Recipient: rfc822; bob@one.test")
          .contains("Action: failed\r\nStatus: 5.4.7")
          .doesNotContain("two.test");
    }
  }

  private static void awaitMails(ScriptedSmtpServer host, int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(host.mails()).hasSize(count));
  }
}
