/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import javax.mail.Message;
import javax.mail.Session;
import javax.mail.Transport;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One test per good or bad habit of the scripted server. */
@Timeout(30)
class ScriptedSmtpServerTest {
  private static final SmtpScript ACCEPTING = SmtpScript.accepting();
  private static final Duration FOR_EVER = Duration.ofHours(1);

  private ScriptedSmtpServer server;

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void acceptingShouldKeepEnvelopeAndContentOctetByOctet() throws Exception {
    try (RawClient client = clientOf(ACCEPTING)) {
      startData(client);
      client.send("Subject: \u00e9\r\n\r\n..dot\r\nlone\nfeed\rreturn\r\n.\r\n");
      assertThat(client.read()).startsWith("250");
      assertThat(client.say("QUIT")).startsWith("221");
    }
    ReceivedMail mail = server.mails().get(0);
    assertThat(mail.helo()).isEqualTo("client.example");
    assertThat(mail.sender()).isEqualTo("a@example.org");
    assertThat(mail.mailFrom()).isEqualTo("<a@example.org> SIZE=10");
    assertThat(mail.recipients()).containsExactly("b@example.com", "c@example.com");
    assertThat(mail.text()).isEqualTo("Subject: \u00e9\r\n\r\n.dot\r\nlone\nfeed\rreturn\r\n");
    assertThat(mail.isAccepted()).isTrue();
  }

  @Test
  void acceptingShouldServeAPipeline() throws Exception {
    try (RawClient client = clientOf(ACCEPTING)) {
      client.send("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@x>\r\nDATA\r\n");
      String line = client.read();
      while (!line.startsWith("354")) {
        line = client.read();
      }
      client.send("\r\n.\r\n");
      assertThat(client.read()).startsWith("250");
    }
    assertThat(server.mails()).singleElement().extracting(ReceivedMail::sender).isEqualTo("");
  }

  @Test
  void acceptingShouldServeManyClientsAtOnce() throws Exception {
    server = ScriptedSmtpServer.start(ACCEPTING);
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      clients.add(new RawClient(server.port()));
    }
    for (RawClient client : clients) {
      client.read();
      startData(client);
    }
    for (RawClient client : clients) {
      assertThat(client.say("x\r\n.")).startsWith("250");
      client.close();
    }
    assertThat(server.mails()).hasSize(40);
    assertThat(server.connections()).isEqualTo(40);
  }

  @Test
  void acceptingShouldTakeAMailOfAClientLibraryOverStarttls() throws Exception {
    SelfSigned tls = SelfSigned.forHost("next.example");
    server = ScriptedSmtpServer.start(ACCEPTING.starttls(tls.serverContext()));
    Properties properties = new Properties();
    properties.put("mail.smtp.host", "127.0.0.1");
    properties.put("mail.smtp.port", String.valueOf(server.port()));
    properties.put("mail.smtp.starttls.required", "true");
    properties.put("mail.smtp.ssl.socketFactory", tls.clientContext().getSocketFactory());
    MimeMessage message = new MimeMessage(Session.getInstance(properties));
    message.setFrom(new InternetAddress("a@example.org"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress("b@example.com"));
    message.setSubject("hello");
    message.setText("hello");
    Transport.send(message);
    assertThat(server.mails().get(0).secured()).isTrue();
    assertThat(server.mails().get(0).text()).contains("Subject: hello\r\n");
  }

  @Test
  void implicitTlsShouldSpeakTlsFromTheFirstOctet() throws Exception {
    SelfSigned tls = SelfSigned.forHost("next.example");
    server = ScriptedSmtpServer.start(ACCEPTING.implicitTls(tls.serverContext()));
    try (SSLSocket socket =
        (SSLSocket)
            tls.clientContext().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      assertThat(socket.getInputStream().readNBytes(3)).asString().isEqualTo("220");
    }
  }

  @Test
  void brokenStarttlsShouldFailInTheHandshake() throws Exception {
    SelfSigned tls = SelfSigned.forHost("next.example");
    try (RawClient client = clientOf(ACCEPTING.brokenStarttls(tls.serverContext()))) {
      client.say("EHLO c");
      assertThat(client.say("STARTTLS")).startsWith("220");
      SSLSocket over =
          (SSLSocket)
              tls.clientContext()
                  .getSocketFactory()
                  .createSocket(client.socket(), "127.0.0.1", server.port(), true);
      assertThatThrownBy(over::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void strippedStarttlsShouldNotBeOffered() throws Exception {
    try (RawClient client = clientOf(ACCEPTING.extensions("PIPELINING"))) {
      client.send("EHLO c\r\n");
      assertThat(client.read()).isEqualTo("250-next.example");
      assertThat(client.read()).isEqualTo("250 PIPELINING");
      assertThat(client.say("STARTTLS")).startsWith("500");
    }
  }

  @Test
  void greetingShouldRefuseAndClose() throws Exception {
    SmtpScript script = ACCEPTING.greeting(Reaction.reply("554 5.3.2 No mail here").thenClose());
    server = ScriptedSmtpServer.start(script);
    try (RawClient client = new RawClient(server.port())) {
      assertThat(client.read()).isEqualTo("554 5.3.2 No mail here");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void recipientsShouldBeAnsweredOneByOne() throws Exception {
    SmtpScript script =
        ACCEPTING
            .on("RCPT TO:<later@", Reaction.reply("451 4.2.1 Later"))
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Never"));
    try (RawClient client = clientOf(script)) {
      client.say("MAIL FROM:<a@x>");
      assertThat(client.say("RCPT TO:<later@y>")).startsWith("451");
      assertThat(client.say("RCPT TO:<never@y>")).startsWith("550");
      assertThat(client.say("RCPT TO:<now@y>")).startsWith("250");
      client.say("DATA");
      client.say("x\r\n.");
    }
    assertThat(server.mails().get(0).recipients()).containsExactly("now@y");
  }

  @Test
  void timesShouldHoldThatManyTimesAndThenLetThrough() throws Exception {
    SmtpScript script = ACCEPTING.times(2, "RCPT TO:", Reaction.reply("450 4.7.1 Greylisted"));
    try (RawClient client = clientOf(script)) {
      client.say("MAIL FROM:<a@x>");
      List<String> replies = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        replies.add(client.say("RCPT TO:<b@y>").substring(0, 3));
      }
      assertThat(replies).containsExactly("450", "450", "250");
    }
  }

  @Test
  void multiLineAndBareCodeRepliesShouldGoOutAsWritten() throws Exception {
    SmtpScript script =
        ACCEPTING
            .on("MAIL FROM:", Reaction.reply("250-one", "250-two", "250 three"))
            .on("RCPT TO:", Reaction.reply("250"));
    try (RawClient client = clientOf(script)) {
      client.send("MAIL FROM:<a@x>\r\n");
      assertThat(IntStream.range(0, 3).mapToObj(i -> read(client)))
          .containsExactly("250-one", "250-two", "250 three");
      assertThat(client.say("RCPT TO:<b@y>")).isEqualTo("250");
      assertThat(client.say("DATA")).startsWith("354");
    }
  }

  @Test
  void overLongReplyShouldArriveWhole() throws Exception {
    SmtpScript script = ACCEPTING.on("NOOP", Reaction.reply("250 " + "x".repeat(1_000_000)));
    try (RawClient client = clientOf(script)) {
      assertThat(client.say("NOOP")).hasSize(1_000_004);
    }
  }

  @Test
  void closeShouldSayNothing() throws Exception {
    try (RawClient client = clientOf(ACCEPTING.on("MAIL FROM:", Reaction.close()))) {
      client.send("MAIL FROM:<a@x>\r\n");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void resetShouldBreakTheConnection() throws Exception {
    try (RawClient client = clientOf(ACCEPTING.on("MAIL FROM:", Reaction.reset()))) {
      client.send("MAIL FROM:<a@x>\r\n");
      assertThatThrownBy(client::isAtEnd).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void closeAfterTheFinalDotShouldRecordTheMailAsUnanswered() throws Exception {
    try (RawClient client = clientOf(ACCEPTING.on(".", Reaction.close()))) {
      startData(client);
      client.send("x\r\n.\r\n");
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(server.mails()).singleElement().returns(false, ReceivedMail::isAccepted);
  }

  @Test
  void leavingBeforeTheFinalDotShouldRecordNothing() throws Exception {
    try (RawClient client = clientOf(ACCEPTING)) {
      startData(client);
      client.send("half a mail\r\n");
      client.socket().shutdownOutput();
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void shuttingDownMidWayShouldSay421AndClose() throws Exception {
    Reaction leaving = Reaction.reply("421 4.3.2 Shutting down").thenClose();
    try (RawClient client = clientOf(ACCEPTING.times(1, "RCPT TO:", leaving))) {
      client.say("MAIL FROM:<a@x>");
      assertThat(client.say("RCPT TO:<b@y>")).startsWith("421");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void afterShouldDelayTheReply() throws Exception {
    Reaction late = Reaction.reply("250 late").after(Duration.ofMillis(200));
    try (RawClient client = clientOf(ACCEPTING.on("NOOP", late))) {
      long start = System.nanoTime();
      assertThat(client.say("NOOP")).isEqualTo("250 late");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    }
  }

  @Test
  void dribbleShouldSendOctetByOctet() throws Exception {
    Reaction slow = Reaction.dribble("250 slow", Duration.ofMillis(20));
    try (RawClient client = clientOf(ACCEPTING.on("NOOP", slow))) {
      long start = System.nanoTime();
      assertThat(client.say("NOOP")).isEqualTo("250 slow");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
    }
  }

  @Test
  void followShouldChangeTheTableOfOpenSessions() throws Exception {
    try (RawClient client = clientOf(ACCEPTING)) {
      server.follow(ACCEPTING.on("NOOP", Reaction.reply("450 tired")));
      assertThat(client.say("NOOP")).isEqualTo("450 tired");
    }
  }

  @Test
  void closeOfTheServerShouldEndAStalledSession() throws Exception {
    try (RawClient client = clientOf(ACCEPTING.on("NOOP", Reaction.stall(FOR_EVER)))) {
      client.send("NOOP\r\n");
      server.close();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void dialoguesShouldTellWhatWasSaid() throws Exception {
    try (RawClient client = clientOf(ACCEPTING)) {
      client.say("NOOP");
      client.say("FOO");
    }
    assertThat(server.dialogues().get(0))
        .containsExactly(
            "S: 220 next.example ESMTP",
            "C: NOOP",
            "S: 250 2.0.0 Still here",
            "C: FOO",
            "S: 500 5.5.1 This is not in my table");
  }

  private RawClient clientOf(SmtpScript script) throws IOException {
    server = ScriptedSmtpServer.start(script);
    RawClient client = new RawClient(server.port());
    assertThat(client.read()).startsWith("220");
    return client;
  }

  private static void startData(RawClient client) throws IOException {
    assertThat(client.say("EHLO client.example")).startsWith("250");
    assertThat(client.say("MAIL FROM:<a@example.org> SIZE=10")).startsWith("250");
    assertThat(client.say("RCPT TO:<b@example.com>")).startsWith("250");
    assertThat(client.say("RCPT TO:<c@example.com>")).startsWith("250");
    assertThat(client.say("DATA")).startsWith("354");
  }

  private static String read(RawClient client) {
    try {
      return client.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
