/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** Several RemoteDeliveries in one configuration, each with its own parameters. */
class SharedQueueTest {
  private static final String FIRST = "<mailet match=\"All\" class=\"RemoteDelivery\">";
  private static final int MAILS = 20;

  @TempDir Path home;

  @Test
  void deliveriesOfOneQueueShouldNotTakeEachOthersMail() throws Exception {
    try (ScriptedSmtpServer one = ScriptedSmtpServer.start(SmtpScript.accepting());
        ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      RelayHome.create(home, one.port());
      configure(delivery("RemoteDelivery", "outgoing", "<heloName>b.test</heloName>", other));
      relay();
      assertThat(recipients(one)).hasSize(MAILS).allMatch(text -> text.startsWith("a"));
      assertThat(recipients(other)).hasSize(MAILS).allMatch(text -> text.startsWith("b"));
      assertThat(greetings(one)).isNotEmpty().containsOnly("EHLO relay.test");
      assertThat(greetings(other)).isNotEmpty().containsOnly("EHLO b.test");
    }
  }

  @Test
  void fullNameOfStocksClassShouldMeanStocks() throws Exception {
    try (ScriptedSmtpServer one = ScriptedSmtpServer.start(SmtpScript.accepting());
        ScriptedSmtpServer other = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      RelayHome.create(home, one.port());
      String stocks = "org.apache.james.transport.mailets.RemoteDelivery";
      configure(delivery(stocks, "other", "<heloName>b.test</heloName>", other));
      relay();
      assertThat(recipients(one)).hasSize(MAILS).allMatch(text -> text.startsWith("a"));
      assertThat(recipients(other)).hasSize(MAILS).allMatch(text -> text.startsWith("b"));
    }
  }

  private static String delivery(
      String type, String queue, String parameters, ScriptedSmtpServer next) {
    return "<mailet match=\"RecipientIs=b@next.test\" class=\""
        + type
        + "\"><outgoing>"
        + queue
        + "</outgoing><gateway>127.0.0.1</gateway><gatewayPort>"
        + next.port()
        + "</gatewayPort>"
        + parameters
        + "</mailet>";
  }

  private void configure(String delivery) throws Exception {
    Path file = home.resolve("conf/mailetcontainer.xml");
    Files.writeString(file, Files.readString(file).replace(FIRST, delivery + FIRST));
  }

  private void relay() throws Exception {
    try (RelayProcess relay = RelayProcess.start(home)) {
      try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
        for (int i = 0; i < MAILS; i++) {
          client.ask("MAIL FROM:<alice@relay.test>", "250");
          client.ask("RCPT TO:<a@next.test>", "250");
          client.ask("RCPT TO:<b@next.test>", "250");
          client.ask("DATA", "354");
          client.ask("Subject: " + i + "\r\n\r\nx\r\n.", "250");
        }
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  Stream.of("spool", "outgoing", "other")
                      .allMatch(name -> relay.status().path("queues").path(name).asLong() == 0));
      assertThat(relay.stop()).isZero();
    }
  }

  private static List<String> recipients(ScriptedSmtpServer server) {
    return server.mails().stream().flatMap(mail -> mail.recipients().stream()).toList();
  }

  private static List<String> greetings(ScriptedSmtpServer server) {
    return server.dialogues().stream()
        .flatMap(List::stream)
        .filter(line -> line.contains("EHLO "))
        .map(line -> line.substring(line.indexOf("EHLO ")))
        .distinct()
        .toList();
  }
}
