/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;

@Timeout(60)
class SmtpSessionTest {
  private static final String[] NO_PIPELINING = {"8BITMIME", "SIZE 0", "DSN", "SMTPUTF8"};
  private static final byte[] MESSAGE = octets("Subject: x\r\n\r\n.dot\r\nend\r\n");

  private static EventLoopGroup loops;
  private static ExecutorService readers;
  private static SelfSigned certificate;
  private static TlsEngines trusting;
  private static TlsEngines knowingNobody;
  private static SmtpConnector connector;

  private ScriptedSmtpServer server;
  private Timeouts timeouts = Timeouts.DEFAULT;

  @BeforeAll
  static void prepare() throws Exception {
    loops = new NioEventLoopGroup(1);
    readers = Executors.newFixedThreadPool(2);
    certificate = SelfSigned.forHost("next.example");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("next", certificate.certificate());
    trusting = new TlsEngines(store);
    knowingNobody = new TlsEngines(null);
    connector = new SmtpConnector(loops, trusting, readers);
  }

  @AfterAll
  static void release() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    readers.shutdownNow();
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private void host(SmtpScript script) throws IOException {
    server = ScriptedSmtpServer.start(script);
  }

  private SessionSettings settings(TlsLevel level) {
    return new SessionSettings("relay.example", null, "next.example", level, false, null, timeouts);
  }

  private Opened open(SessionSettings settings) {
    return open(connector, settings);
  }

  private Opened open(SmtpConnector through, SessionSettings settings) {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    return through.open(address, settings).join();
  }

  private SmtpSession session() {
    return session(open(settings(TlsLevel.NONE)));
  }

  private static SmtpSession session(Opened opened) {
    assertThat(opened.failure()).isNull();
    return opened.session();
  }

  private static Transaction mail(String... recipients) {
    return mail(MailContent.of(MESSAGE), recipients);
  }

  private static Transaction mail(MailContent content, String... recipients) {
    List<Transaction.To> to = Arrays.stream(recipients).map(Transaction.To::of).toList();
    return new Transaction("from@example.org", null, null, to, content);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> texts(TransactionOutcome outcome) {
    return outcome.answers().stream().map(a -> a.phase() + " " + a).toList();
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void mailShouldArriveAsItIs(boolean pipelining) throws IOException {
    SmtpScript script = SmtpScript.accepting();
    host(pipelining ? script : script.extensions(NO_PIPELINING));
    TransactionOutcome outcome = session().send(mail("a@example.net", "b@example.net")).join();
    assertThat(texts(outcome))
        .containsExactly("FINAL_DOT 250 2.0.0 Message taken", "FINAL_DOT 250 2.0.0 Message taken");
    assertThat(outcome.reusable()).isTrue();
    assertThat(server.mails()).hasSize(1);
    assertThat(server.mails().get(0).content()).isEqualTo(MESSAGE);
  }

  @Test
  void sessionShouldTakeOneMailAfterAnother() throws IOException {
    host(SmtpScript.accepting());
    SmtpSession session = session();
    for (int i = 0; i < 50; i++) {
      assertThat(session.send(mail("a@example.net")).join().answers().get(0).isPositive()).isTrue();
    }
    session.quit().join();
    assertThat(server.mails()).hasSize(50);
    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.dialogues().get(0)).noneMatch(line -> line.contains("RSET"));
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void recipientsShouldBeAnsweredEachForItself(boolean pipelining) throws IOException {
    SmtpScript script =
        SmtpScript.accepting()
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 No such user"))
            .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"));
    host(pipelining ? script : script.extensions(NO_PIPELINING));
    TransactionOutcome outcome =
        session().send(mail("never@example.net", "good@example.net", "later@example.net")).join();
    assertThat(texts(outcome))
        .containsExactly(
            "RCPT 550 5.1.1 No such user",
            "FINAL_DOT 250 2.0.0 Message taken",
            "RCPT 450 4.2.1 Not now");
    assertThat(server.mails().get(0).recipients()).containsExactly("good@example.net");
  }

  @ParameterizedTest(name = "pipelining: {0}, 354 nevertheless: {1}")
  @MethodSource("withAndWithout")
  void mailWithoutAnAcceptedRecipientShouldNotArrive(boolean pipelining, boolean goOn)
      throws IOException {
    SmtpScript script =
        SmtpScript.accepting().on("RCPT TO:<never@", Reaction.reply("550 5.1.1 No such user"));
    script =
        script.on(
            "DATA", Reaction.reply(goOn ? "354 Go on nevertheless" : "503 5.5.1 No recipients"));
    script = script.on("RCPT TO:<good@", Reaction.reply("250 2.1.5 Taken"));
    host(pipelining ? script : script.extensions(NO_PIPELINING));
    SmtpSession session = session();
    TransactionOutcome outcome = session.send(mail("never@example.net")).join();
    assertThat(texts(outcome)).containsExactly("RCPT 550 5.1.1 No such user");
    assertThat(outcome.reusable()).isTrue();
    assertThat(server.mails()).noneMatch(mail -> mail.content().length > 0);
    server.follow(SmtpScript.accepting());
    assertThat(session.send(mail("good@example.net")).join().answers().get(0).isPositive())
        .as("the next mail of the session")
        .isTrue();
  }

  static Stream<Arguments> withAndWithout() {
    return Stream.of(
        Arguments.of(true, true),
        Arguments.of(true, false),
        Arguments.of(false, true),
        Arguments.of(false, false));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"MAIL FROM:", "DATA", "."})
  void refusalOfAllShouldBeTheAnswerOfEach(String key) throws IOException {
    host(SmtpScript.accepting().times(1, key, Reaction.reply("451 4.3.0 Not now")));
    SmtpSession session = session();
    TransactionOutcome outcome = session.send(mail("a@example.net", "b@example.net")).join();
    assertThat(outcome.answers()).extracting(Answer::toString).containsOnly("451 4.3.0 Not now");
    assertThat(outcome.reusable()).isTrue();
    assertThat(session.send(mail("a@example.net")).join().answers().get(0).isPositive()).isTrue();
  }

  /** As Postfix does after smtpd_end_of_data_restrictions. */
  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void hostThatKeepsARefusedMailShouldBeToldToForgetIt(boolean pipelining) throws IOException {
    SmtpScript script = SmtpScript.accepting();
    script = pipelining ? script : script.extensions(NO_PIPELINING);
    host(script.times(1, ".", Reaction.reply("554 5.7.1 Not this one")));
    SmtpSession session = session();
    session.send(mail("a@example.net")).join();
    session.send(mail("b@example.net")).join();
    session.quit().join();
    assertThat(server.dialogues().get(0))
        .filteredOn(line -> line.startsWith("C: MAIL") || line.startsWith("C: RSET"))
        .extracting(line -> line.substring(0, 7))
        .containsExactly("C: MAIL", "C: RSET", "C: MAIL");
  }

  /** RFC 2920, section 3: only with a host that offers it. */
  @Test
  void resetShouldBeAnsweredBeforeTheNextMailWithoutPipelining() throws IOException {
    host(
        SmtpScript.accepting()
            .extensions(NO_PIPELINING)
            .times(1, "RCPT TO:", Reaction.reply("550 5.1.1 No such user"))
            .on("RSET", Reaction.reply("250 2.0.0 Forgotten").after(Duration.ofMillis(200))));
    SmtpSession session = session();
    session.send(mail("a@example.net")).join();
    long begin = System.nanoTime();
    session.send(mail("b@example.net")).join();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(190));
  }

  /** In which phase a host that goes away, by whichever way, is met. */
  static Stream<Arguments> goings() {
    Duration soon = Duration.ofMillis(300);
    return Stream.of("EHLO", "MAIL FROM:", "RCPT TO:", "DATA", ".")
        .flatMap(
            key ->
                Stream.of(
                    Arguments.of(key, "close", Reaction.close(), Kind.CLOSED),
                    Arguments.of(key, "reset", Reaction.reset(), Kind.CLOSED),
                    Arguments.of(key, "stall", Reaction.stall(soon.multipliedBy(20)), Kind.TIMEOUT),
                    Arguments.of(
                        key,
                        "dribble",
                        Reaction.dribble("250-" + "x".repeat(100), soon),
                        Kind.TIMEOUT),
                    Arguments.of(key, "nonsense", Reaction.reply("what is that?"), Kind.PROTOCOL)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("goings")
  void hostThatGoesShouldBeAnAnswer(String key, String way, Reaction reaction, Kind kind)
      throws IOException {
    Duration limit = Duration.ofMillis(300);
    for (Phase phase : Phase.values()) {
      timeouts = timeouts.with(phase, limit);
    }
    host(SmtpScript.accepting().on(key, reaction));
    Opened opened = open(settings(TlsLevel.NONE));
    Phase phase =
        switch (key) {
          case "EHLO" -> Phase.EHLO;
          case "MAIL FROM:" -> Phase.MAIL;
          case "RCPT TO:" -> Phase.RCPT;
          case "DATA" -> Phase.DATA;
          default -> Phase.FINAL_DOT;
        };
    Answer answer =
        opened.session() == null
            ? opened.failure()
            : opened.session().send(mail("a@example.net")).join().answers().get(0);
    assertThat(answer.failure()).as("%s", answer).isNotNull();
    assertThat(answer.failure().kind()).isEqualTo(kind);
    assertThat(answer.phase()).isEqualTo(phase);
    assertThat(answer.isAmbiguous()).isEqualTo(phase == Phase.FINAL_DOT);
    if (opened.session() != null) {
      assertThat(opened.session().isOpen()).isFalse();
    }
  }

  @Test
  void hostThatAnswersTheContentEarlyShouldBeHeardAndLeft() throws IOException {
    host(
        SmtpScript.accepting()
            .on("DATA", Reaction.reply("354 Go on", "552 5.3.4 Too much").after(Duration.ZERO)));
    TransactionOutcome outcome = session().send(mail(large(), "a@example.net")).join();
    assertThat(outcome.answers().get(0).reply()).hasToString("552 5.3.4 Too much");
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void goodByeShouldEndTheSessionAndNotTheOutcome() throws IOException {
    host(SmtpScript.accepting().on("RCPT TO:", Reaction.reply("421 4.7.0 Too many").thenClose()));
    TransactionOutcome outcome = session().send(mail("a@example.net")).join();
    assertThat(texts(outcome)).containsExactly("RCPT 421 4.7.0 Too many");
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void sessionThatTheHostEndsBetweenMailsShouldBeClosed() throws Exception {
    host(
        SmtpScript.accepting()
            .on(
                ".",
                Reaction.reply("250 2.0.0 Taken")
                    .then(Reaction.reply("421 4.4.2 Idle").after(Duration.ofMillis(200)))
                    .thenClose()));
    SmtpSession session = session();
    assertThat(session.send(mail("a@example.net")).join().reusable()).isTrue();
    CountDownLatch closed = new CountDownLatch(1);
    session.whenClosed(closed::countDown);
    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(session.isOpen()).isFalse();
    Answer answer = session.send(mail("a@example.net")).join().answers().get(0);
    assertThat(answer.phase()).isEqualTo(Phase.MAIL);
    assertThat(answer.failure().text()).contains("421 4.4.2 Idle");
  }

  @Test
  void largeMessageShouldGoOutInBlocks() throws IOException {
    host(SmtpScript.accepting());
    MailContent large = large();
    assertThat(session().send(mail(large, "a@example.net")).join().answers().get(0).isPositive())
        .isTrue();
    try (InputStream expected = large.open()) {
      assertThat(server.mails().get(0).content()).isEqualTo(expected.readAllBytes());
    }
  }

  @Test
  void messageThatCannotBeReadShouldNotArriveInPart() throws IOException {
    host(SmtpScript.accepting());
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk");
          }

          @Override
          public int read(byte[] octets, int from, int length) throws IOException {
            throw new IOException("disk");
          }
        };
    MailContent content = streamed(1 << 20, () -> new SequenceInputStream(open(large()), broken));
    Answer answer = session().send(mail(content, "a@example.net")).join().answers().get(0);
    assertThat(answer.failedBy(Kind.OURS)).isTrue();
    assertThat(answer.phase()).isEqualTo(Phase.CONTENT);
    assertThat(server.mails()).isEmpty();
  }

  private static InputStream open(MailContent content) {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MailContent large() {
    byte[] line = octets("0123456789".repeat(7) + "\r\n");
    byte[] all = new byte[line.length * 20_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = line[i % line.length];
    }
    MailContent memory = MailContent.of(all);
    return streamed(all.length, () -> open(memory));
  }

  private static MailContent streamed(long size, Supplier<InputStream> stream) {
    return new MailContent() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public boolean isEightBit() {
        return false;
      }

      @Override
      public boolean isInMemory() {
        return false;
      }

      @Override
      public InputStream open() {
        return stream.get();
      }
    };
  }

  @Test
  void parametersShouldBeThoseTheHostUnderstands() throws IOException {
    host(SmtpScript.accepting().extensions("PIPELINING", "DSN", "8BITMIME", "SIZE 1000"));
    Transaction transaction =
        new Transaction(
            "from@example.org",
            "HDRS",
            "id=1 +",
            List.of(new Transaction.To("a@example.net", "FAILURE,DELAY", "rfc822;a@example.net")),
            MailContent.of(octets("Subject: \u00e9\r\n\r\n")));
    session().send(transaction).join();
    assertThat(String.join("\n", server.dialogues().get(0)))
        .contains("MAIL FROM:<from@example.org> SIZE=14 BODY=8BITMIME RET=HDRS ENVID=id+3D1+20+2B")
        .contains("RCPT TO:<a@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@example.net");
    server.close();
    host(SmtpScript.accepting().extensions("8BITMIME"));
    session().send(transaction).join();
    assertThat(String.join("\n", server.dialogues().get(0)))
        .contains("MAIL FROM:<from@example.org> BODY=8BITMIME\n")
        .contains("RCPT TO:<a@example.net>\n");
  }

  @Test
  void whatTheHostDoesNotOfferShouldNotBeAskedOfIt() throws IOException {
    host(SmtpScript.accepting().extensions("PIPELINING", "SIZE 10"));
    SmtpSession session = session();
    MailContent small = MailContent.of(octets("a\r\n"));
    MailContent eightBit = MailContent.of(octets("\u00e9\r\n"));
    assertThat(lack(session, mail("a@example.net"))).isEqualTo("5.3.4");
    assertThat(lack(session, mail(eightBit, "a@example.net"))).isEqualTo("5.6.3");
    assertThat(lack(session, mail(small, "\u00e9@example.net"))).isEqualTo("5.6.7");
    assertThat(session.send(mail(small, "a@example.net")).join().answers().get(0).isPositive())
        .isTrue();
    assertThat(server.dialogues().get(0).stream().filter(line -> line.contains("MAIL"))).hasSize(1);
  }

  private static String lack(SmtpSession session, Transaction transaction) {
    TransactionOutcome outcome = session.send(transaction).join();
    assertThat(outcome.reusable()).isTrue();
    Answer answer = outcome.answers().get(0);
    assertThat(answer.failedBy(Kind.NOT_OFFERED)).isTrue();
    return answer.failure().status().toString();
  }

  @Test
  void internationalAddressShouldGoOutAsUtf8() throws IOException {
    host(SmtpScript.accepting());
    session().send(mail("p\u00e9@example.net")).join();
    assertThat(String.join("\n", server.dialogues().get(0)))
        .contains("SMTPUTF8")
        .contains(
            new String("<p\u00e9@".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  @Test
  void addressWithALineEndShouldNotReachTheWire() throws IOException {
    host(SmtpScript.accepting());
    SmtpSession session = session();
    Answer answer =
        session.send(mail("a@example.net>\r\nRCPT TO:<b@example.net")).join().answers().get(0);
    assertThat(answer.failedBy(Kind.OURS)).isTrue();
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void noConnectionShouldBeAnAnswer() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Opened opened =
        connector
            .open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                settings(TlsLevel.NONE))
            .join();
    assertThat(opened.failure().phase()).isEqualTo(Phase.CONNECT);
    assertThat(opened.failure().failedBy(Kind.UNREACHABLE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"554 5.7.1 Not you", "421 4.3.2 Not now"})
  void greetingThatRefusesShouldBeTheAnswer(String line) throws IOException {
    host(SmtpScript.accepting().greeting(Reaction.reply(line)));
    Opened opened = open(settings(TlsLevel.NONE));
    assertThat(opened.failure().phase()).isEqualTo(Phase.GREETING);
    assertThat(opened.failure()).hasToString(line);
  }

  @Test
  void oldHostShouldBeGreetedWithHelo() throws IOException {
    host(SmtpScript.accepting().extensions().greeting(Reaction.reply("220 old")));
    assertThat(session().capabilities().has("PIPELINING")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetATrustedHost(TlsLevel level) throws Exception {
    host(SmtpScript.accepting().starttls(certificate.serverContext()));
    SmtpSession session = session(open(settings(level)));
    assertThat(session.tls().isPresent()).isEqualTo(level != TlsLevel.NONE);
    session.tls().ifPresent(tls -> assertThat(tls.isVerified()).isTrue());
    assertThat(session.send(mail("a@example.net")).join().answers().get(0).isPositive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetAHostOfUnknownCertificate(TlsLevel level) throws Exception {
    host(SmtpScript.accepting().starttls(certificate.serverContext()));
    Opened opened = open(new SmtpConnector(loops, knowingNobody, readers), settings(level));
    if (level.isVerified()) {
      assertThat(opened.failure().phase()).isEqualTo(Phase.TLS);
      assertThat(opened.failure().failure().text()).contains("certificate");
    } else {
      session(opened)
          .tls()
          .ifPresent(
              tls -> {
                assertThat(tls.isVerified()).isFalse();
                assertThat(tls.certificate()).contains("next.example");
              });
    }
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetAHostOfAnotherName(TlsLevel level) throws Exception {
    host(SmtpScript.accepting().starttls(certificate.serverContext()));
    SessionSettings other =
        new SessionSettings("relay.example", null, "other.example", level, false, null, timeouts);
    assertThat(open(other).session() == null).isEqualTo(level.isVerified());
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetAHostWithoutTls(TlsLevel level) throws IOException {
    host(SmtpScript.accepting());
    Opened opened = open(settings(level));
    assertThat(opened.session() == null).isEqualTo(level.isRequired());
    if (level.isRequired()) {
      assertThat(opened.failure().failedBy(Kind.NOT_OFFERED)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetARefusedStarttls(TlsLevel level) throws Exception {
    host(
        SmtpScript.accepting()
            .starttls(certificate.serverContext())
            .on("STARTTLS", Reaction.reply("454 4.7.0 TLS not available")));
    assertThat(open(settings(level)).session() == null).isEqualTo(level.isRequired());
  }

  @Test
  void limitThatIsShorterThanThatOfAnEarlierPhaseShouldHold() throws Exception {
    timeouts = Timeouts.DEFAULT.with(Phase.FINAL_DOT, Duration.ofMillis(300));
    host(SmtpScript.accepting().on(".", Reaction.stall(Duration.ofSeconds(20))));
    TransactionOutcome outcome = session().send(mail("a@example.net")).join();
    assertThat(outcome.answers().get(0).failedBy(Kind.TIMEOUT)).isTrue();
  }

  @Test
  void literalsShouldHaveTheirBrackets() throws Exception {
    host(SmtpScript.accepting());
    session().send(mail("a@192.0.2.1", "b@example.net")).join();
    assertThat(server.mails().get(0).recipients())
        .containsExactly("a@[192.0.2.1]", "b@example.net");
  }

  @Test
  void brokenHandshakeShouldBeToldFromOtherFailures() throws Exception {
    host(SmtpScript.accepting().brokenStarttls(certificate.serverContext()));
    Answer failure = open(settings(TlsLevel.ENCRYPT)).failure();
    assertThat(failure.phase()).isEqualTo(Phase.TLS);
    assertThat(failure.failedBy(Kind.TLS)).isTrue();
  }

  @Test
  void implicitTlsShouldBeginAtOnce() throws Exception {
    host(SmtpScript.accepting().implicitTls(certificate.serverContext()));
    SessionSettings implicit =
        new SessionSettings(
            "relay.example", null, "next.example", TlsLevel.SECURE, true, null, timeouts);
    SmtpSession session = session(open(implicit));
    assertThat(session.tls()).isPresent();
    assertThat(session.send(mail("a@example.net")).join().answers().get(0).isPositive()).isTrue();
  }

  private SessionSettings withLogin(TlsLevel level) {
    return new SessionSettings(
        "relay.example",
        null,
        "next.example",
        level,
        false,
        new SessionSettings.Login("user", "secret"),
        timeouts);
  }

  @Test
  void loginShouldUsePlainWhereItIsOffered() throws Exception {
    host(
        SmtpScript.accepting()
            .extensions("AUTH LOGIN PLAIN")
            .starttls(certificate.serverContext()));
    session(open(withLogin(TlsLevel.MAY)));
    assertThat(String.join("\n", server.dialogues().get(0)))
        .contains("AUTH PLAIN AHVzZXIAc2VjcmV0");
  }

  @Test
  void loginShouldUseLoginWhereThatIsAll() throws Exception {
    host(
        SmtpScript.accepting()
            .extensions("AUTH LOGIN")
            .on("AUTH LOGIN", Reaction.reply("334 VXNlcm5hbWU6"))
            .on("dXNlcg==", Reaction.reply("334 UGFzc3dvcmQ6"))
            .on("c2VjcmV0", Reaction.reply("235 2.7.0 In"))
            .starttls(certificate.serverContext()));
    session(open(withLogin(TlsLevel.MAY)));
  }

  @Test
  void refusedLoginShouldBeTheAnswerAndNotTellThePassword() throws Exception {
    host(
        SmtpScript.accepting()
            .extensions("AUTH PLAIN")
            .on("AUTH PLAIN", Reaction.reply("535 5.7.8 No"))
            .starttls(certificate.serverContext()));
    Answer failure = open(withLogin(TlsLevel.MAY)).failure();
    assertThat(failure.phase()).isEqualTo(Phase.AUTH);
    assertThat(failure).hasToString("535 5.7.8 No");
    assertThat(withLogin(TlsLevel.MAY).toString()).doesNotContain("secret");
  }

  @Test
  void loginShouldNotGoOutInClear() throws IOException {
    host(SmtpScript.accepting().extensions("AUTH PLAIN"));
    Answer failure = open(withLogin(TlsLevel.MAY)).failure();
    assertThat(failure.failedBy(Kind.NOT_OFFERED)).isTrue();
    assertThat(server.dialogues().get(0)).noneMatch(line -> line.contains("AUTH PLAIN "));
  }
}
