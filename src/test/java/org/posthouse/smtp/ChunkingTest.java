/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** BDAT (RFC 3030), where a host offers it. */
@Timeout(30)
class ChunkingTest {
  private static final String[] WITH = {"PIPELINING", "CHUNKING", "8BITMIME", "SIZE 0"};
  private static final String[] WITHOUT_PIPELINING = {"CHUNKING", "8BITMIME", "SIZE 0"};

  private EventLoopGroup loops;
  private ExecutorService readers;
  private ScriptedSmtpServer server;

  @BeforeEach
  void prepare() {
    loops = new NioEventLoopGroup(1);
    readers = Executors.newFixedThreadPool(2);
  }

  @AfterEach
  void release() throws IOException {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    readers.shutdownNow();
  }

  private SmtpSession session(SmtpScript script) throws Exception {
    server = ScriptedSmtpServer.start(script);
    SmtpConnector connector =
        new SmtpConnector(loops, new TlsEngines(null), readers, Clock.systemUTC());
    SessionSettings settings =
        new SessionSettings(
            "relay.test", null, "next.test", TlsLevel.NONE, false, null, Timeouts.DEFAULT);
    return connector
        .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), settings)
        .join()
        .session();
  }

  private static Transaction mail(MailContent content, String... recipients) {
    List<Transaction.To> to = Stream.of(recipients).map(Transaction.To::of).toList();
    return new Transaction("from@example.org", null, null, to, content);
  }

  private Stream<String> commands() {
    return server.dialogues().stream().flatMap(List::stream).filter(line -> line.startsWith("C: "));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void messageShouldArriveWithItsDotsAndWithoutData(boolean pipelining) throws Exception {
    byte[] message = "Subject: x\r\n\r\n.dot\r\n..\r\n.\r\n".getBytes(StandardCharsets.US_ASCII);
    SmtpSession session =
        session(SmtpScript.accepting().extensions(pipelining ? WITH : WITHOUT_PIPELINING));
    for (int i = 0; i < 3; i++) {
      TransactionOutcome outcome = session.send(mail(MailContent.of(message), "a@b.test")).join();
      assertThat(outcome.answers()).allMatch(Answer::isPositive);
    }
    assertThat(server.mails())
        .hasSize(3)
        .allSatisfy(mail -> assertThat(mail.content()).isEqualTo(message));
    assertThat(commands()).noneMatch(line -> line.startsWith("C: DATA"));
  }

  @Test
  void largeMessageShouldGoInChunks() throws Exception {
    byte[] message = OnDisk.large();
    SmtpSession session = session(SmtpScript.accepting().extensions(WITH));
    TransactionOutcome outcome = session.send(mail(OnDisk.of(message), "a@b.test")).join();
    assertThat(outcome.answers()).allMatch(Answer::isPositive);
    assertThat(server.mails().get(0).content()).isEqualTo(message);
    assertThat(commands().filter(line -> line.startsWith("C: BDAT"))).hasSizeGreaterThan(10);
  }

  @Test
  void endOfDataShouldBeToldBeforeTheLastChunkOnly() throws Exception {
    SmtpSession session = session(SmtpScript.accepting().extensions(WITH));
    List<Boolean> told = new CopyOnWriteArrayList<>();
    EndOfData end = accepted -> told.add(commands().anyMatch(line -> line.endsWith(" LAST")));
    session.send(mail(OnDisk.of(OnDisk.large()), "a@b.test"), end).join();
    assertThat(told).containsExactly(false);
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void aLoneCrOrLfShouldNotGoOut() throws Exception {
    byte[] message = "Subject: x\n\nlone\rcr\nend".getBytes(StandardCharsets.US_ASCII);
    SmtpSession session = session(SmtpScript.accepting().extensions(WITH));
    session.send(mail(MailContent.of(message), "a@b.test")).join();
    assertThat(server.mails().get(0).text()).isEqualTo("Subject: x\r\n\r\nlone\r\ncr\r\nend\r\n");
  }

  @Test
  void refusedChunkShouldBeTheAnswer() throws Exception {
    SmtpSession session =
        session(
            SmtpScript.accepting()
                .extensions(WITH)
                .on("BDAT", Reaction.reply("552 5.3.4 Too much")));
    TransactionOutcome outcome = session.send(mail(OnDisk.of(OnDisk.large()), "a@b.test")).join();
    assertThat(outcome.answers())
        .extracting(Answer::toString)
        .containsExactly("552 5.3.4 Too much");
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void refusedRecipientsShouldCostNoContent() throws Exception {
    SmtpSession session =
        session(
            SmtpScript.accepting()
                .extensions(WITH)
                .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody")));
    byte[] message = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    TransactionOutcome refused = session.send(mail(MailContent.of(message), "never@b.test")).join();
    assertThat(refused.answers()).extracting(Answer::toString).containsExactly("550 5.1.1 Nobody");
    assertThat(refused.reusable()).isTrue();
    TransactionOutcome mixed =
        session.send(mail(MailContent.of(message), "never@b.test", "good@b.test")).join();
    assertThat(mixed.answers().get(1).isPositive()).isTrue();
    assertThat(server.mails()).hasSize(1);
    assertThat(commands().filter(line -> line.startsWith("C: BDAT"))).hasSize(1);
  }

  @Test
  void lostReplyToTheLastChunkShouldBeAmbiguous() throws Exception {
    SmtpSession session =
        session(SmtpScript.accepting().extensions(WITH).on(".", Reaction.close()));
    byte[] message = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    TransactionOutcome outcome = session.send(mail(MailContent.of(message), "a@b.test")).join();
    assertThat(outcome.answers().get(0).isAmbiguous()).isTrue();
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void repliesToAllChunksThatAreLostShouldBeAmbiguous() throws Exception {
    SmtpSession session =
        session(
            SmtpScript.accepting()
                .extensions(WITH)
                .on("BDAT", Reaction.raw(""))
                .on(".", Reaction.close()));
    TransactionOutcome outcome = session.send(mail(OnDisk.of(OnDisk.large()), "a@b.test")).join();
    assertThat(server.mails()).hasSize(1);
    assertThat(outcome.answers().get(0).isAmbiguous()).isTrue();
  }

  @Test
  void messageThatCannotBeReadShouldEndTheSession() throws Exception {
    SmtpSession session = session(SmtpScript.accepting().extensions(WITH));
    Duration answered = Duration.ofMillis(500); // the chunk before it, meanwhile
    OnDisk damaged = OnDisk.damaged(1_000_000, new byte[64 * 1024], answered);
    TransactionOutcome outcome = session.send(mail(damaged, "a@b.test")).join();
    assertThat(outcome.answers().get(0).failedBy(Answer.Kind.OURS)).isTrue();
    assertThat(outcome.reusable()).isFalse();
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void hostThatGoesAmongTheRecipientsShouldBeAnAnswer() throws Exception {
    SmtpSession session =
        session(SmtpScript.accepting().extensions(WITH).on("RCPT TO:<drop@", Reaction.close()));
    byte[] message = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    TransactionOutcome outcome =
        session.send(mail(MailContent.of(message), "good@b.test", "drop@b.test")).join();
    assertThat(outcome.answers()).allMatch(answer -> answer.failedBy(Answer.Kind.CLOSED));
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void binaryMailShouldGoByChunksAndSaySo() throws Exception {
    SmtpSession session =
        session(SmtpScript.accepting().extensions("CHUNKING", "BINARYMIME", "8BITMIME"));
    byte[] message = "Subject: x\r\n\r\n\0\n\r\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    TransactionOutcome outcome = session.send(binary(message)).join();

    assertThat(outcome.answers()).allMatch(Answer::isPositive);
    assertThat(commands())
        .contains("C: MAIL FROM:<from@example.org> BODY=BINARYMIME", "C: BDAT 18 LAST");
  }

  @Test
  void binaryMailShouldNotGoToAHostThatTakesNone() throws Exception {
    SmtpSession session = session(SmtpScript.accepting().extensions("CHUNKING", "8BITMIME"));

    TransactionOutcome outcome = session.send(binary(new byte[] {0})).join();

    assertThat(outcome.answers())
        .allMatch(answer -> answer.failure().status().equals(new EnhancedStatusCode(5, 6, 3)));
    assertThat(commands()).noneMatch(line -> line.startsWith("C: MAIL"));
  }

  private static Transaction binary(byte[] message) {
    return new Transaction(
        "from@example.org",
        null,
        null,
        List.of(Transaction.To.of("a@b.test")),
        MailContent.of(message),
        new Transaction.Wants(true, false, null, null),
        false);
  }
}
