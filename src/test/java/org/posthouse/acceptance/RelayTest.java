/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, in a process of its own. */
class RelayTest {
  @TempDir Path home;

  @Test
  void aMailShouldReachTheNextHost() throws Exception {
    try (TinySink sink = new TinySink();
        RelayProcess relay = RelayProcess.start(RelayHome.create(home, sink.port()));
        SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("DATA", "354");
      client.ask("Subject: hello\r\n\r\n..dot\r\nbody\r\n.", "250 2.6.0 Message received");
      client.ask("QUIT", "221");

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(sink.mails()).hasSize(1));
      TinySink.Received mail = sink.mails().get(0);
      assertThat(mail.sender()).isEqualTo("alice@relay.test");
      assertThat(mail.recipients()).containsExactly("bob@next.test");
      assertThat(mail.data()).contains("Subject: hello\n").contains("\n\n.dot\nbody\n");
      assertThat(relay.stop()).isZero();
    }
  }

  @Test
  void addressesOfTheRelayItselfShouldGoTheirOwnWay() throws Exception {
    try (TinySink sink = new TinySink()) {
      RelayHome.create(home, sink.port());
      Files.writeString(
          home.resolve("conf/senders.xml"),
          "<senders><rule name='all' identities='*'/><local>"
              + "<address processor='error'>errors@relay.test</address>"
              + "<address forward='admin@next.test'>postmaster@relay.test</address>"
              + "</local></senders>");
      try (RelayProcess relay = RelayProcess.start(home);
          SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
        client.ask("MAIL FROM:<alice@relay.test>", "250");
        client.ask("RCPT TO:<errors@relay.test>", "250");
        client.ask("RCPT TO:<postmaster>", "250");
        client.ask("RCPT TO:<bob@next.test>", "550 5.7.1"); // no rule is for the client
        client.ask("DATA", "354");
        client.ask("Subject: hello\r\n\r\nbody\r\n.", "250 2.6.0 Message received");
        client.ask("QUIT", "221");
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(recipients(sink)).isNotEmpty());
        assertThat(recipients(sink)).containsExactly("admin@next.test");
        assertThat(relay.stop()).isZero();
      }
    }
  }

  private static List<String> recipients(TinySink sink) {
    return sink.mails().stream().flatMap(mail -> mail.recipients().stream()).toList();
  }
}
