/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SmtpScript;

/** What is said to a host, and what it refuses. */
@Timeout(60)
class SmtpSessionTest {
  private static final String[] NO_PIPELINING = {"8BITMIME", "SIZE 0", "DSN", "SMTPUTF8"};

  private static ScriptedHost host;

  @BeforeAll
  static void prepare() throws Exception {
    host = new ScriptedHost(new TlsEngines(null));
  }

  @AfterEach
  void stop() throws IOException {
    host.stop();
  }

  @AfterAll
  static void release() {
    host.close();
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void mailShouldArriveAsItIs(boolean pipelining) throws IOException {
    SmtpScript script = SmtpScript.accepting();
    host.follow(pipelining ? script : script.extensions(NO_PIPELINING));
    TransactionOutcome outcome =
        host.session().send(ScriptedHost.mail("a@example.net", "b@example.net")).join();
    assertThat(ScriptedHost.texts(outcome))
        .containsExactly("FINAL_DOT 250 2.0.0 Message taken", "FINAL_DOT 250 2.0.0 Message taken");
    assertThat(outcome.reusable()).isTrue();
    assertThat(host.server().mails()).hasSize(1);
    assertThat(host.server().mails().get(0).content()).isEqualTo(ScriptedHost.MESSAGE);
  }

  @Test
  void sessionShouldTakeOneMailAfterAnother() throws IOException {
    host.follow(SmtpScript.accepting());
    SmtpSession session = host.session();
    for (int i = 0; i < 50; i++) {
      assertThat(
              session.send(ScriptedHost.mail("a@example.net")).join().answers().get(0).isPositive())
          .isTrue();
    }
    session.quit().join();
    assertThat(host.server().mails()).hasSize(50);
    assertThat(host.server().connections()).isEqualTo(1);
    assertThat(host.server().dialogues().get(0)).noneMatch(line -> line.contains("RSET"));
  }

  @Test
  void largeMessageShouldGoOutInBlocks() throws IOException {
    host.follow(SmtpScript.accepting());
    byte[] large = OnDisk.large();
    Answer answer =
        host.session()
            .send(ScriptedHost.mail(OnDisk.of(large), "a@example.net"))
            .join()
            .answers()
            .get(0);
    assertThat(answer.isPositive()).isTrue();
    assertThat(host.server().mails().get(0).content()).isEqualTo(large);
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void recipientsShouldBeAnsweredEachForItself(boolean pipelining) throws IOException {
    SmtpScript script =
        SmtpScript.accepting()
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 No such user"))
            .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"));
    host.follow(pipelining ? script : script.extensions(NO_PIPELINING));
    TransactionOutcome outcome =
        host.session()
            .send(ScriptedHost.mail("never@example.net", "good@example.net", "later@example.net"))
            .join();
    assertThat(ScriptedHost.texts(outcome))
        .containsExactly(
            "RCPT 550 5.1.1 No such user",
            "FINAL_DOT 250 2.0.0 Message taken",
            "RCPT 450 4.2.1 Not now");
    assertThat(host.server().mails().get(0).recipients()).containsExactly("good@example.net");
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
    host.follow(pipelining ? script : script.extensions(NO_PIPELINING));
    SmtpSession session = host.session();
    TransactionOutcome outcome = session.send(ScriptedHost.mail("never@example.net")).join();
    assertThat(ScriptedHost.texts(outcome)).containsExactly("RCPT 550 5.1.1 No such user");
    assertThat(outcome.reusable()).isTrue();
    assertThat(host.server().mails()).noneMatch(mail -> mail.content().length > 0);
    host.server().follow(SmtpScript.accepting());
    assertThat(
            session
                .send(ScriptedHost.mail("good@example.net"))
                .join()
                .answers()
                .get(0)
                .isPositive())
        .as("the next mail of the session")
        .isTrue();
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void endOfDataShouldBeToldOfWhomTheHostHasAccepted(boolean pipelining) throws IOException {
    SmtpScript script =
        SmtpScript.accepting().on("RCPT TO:<never@", Reaction.reply("550 5.1.1 No such user"));
    host.follow(pipelining ? script : script.extensions(NO_PIPELINING));
    List<Transaction.To> told = new CopyOnWriteArrayList<>();
    EndOfData end = told::addAll;
    SmtpSession session = host.session();
    session.send(ScriptedHost.mail("never@example.net"), end).join();
    assertThat(told).as("nobody was accepted").isEmpty();
    session.send(ScriptedHost.mail("never@example.net", "good@example.net"), end).join();
    assertThat(told).containsExactly(Transaction.To.of("good@example.net"));
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
    host.follow(SmtpScript.accepting().times(1, key, Reaction.reply("451 4.3.0 Not now")));
    SmtpSession session = host.session();
    TransactionOutcome outcome =
        session.send(ScriptedHost.mail("a@example.net", "b@example.net")).join();
    assertThat(outcome.answers()).extracting(Answer::toString).containsOnly("451 4.3.0 Not now");
    assertThat(outcome.reusable()).isTrue();
    assertThat(
            session.send(ScriptedHost.mail("a@example.net")).join().answers().get(0).isPositive())
        .isTrue();
  }

  /** As Postfix does after smtpd_end_of_data_restrictions. */
  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void hostThatKeepsARefusedMailShouldBeToldToForgetIt(boolean pipelining) throws IOException {
    SmtpScript script = SmtpScript.accepting();
    script = pipelining ? script : script.extensions(NO_PIPELINING);
    host.follow(script.times(1, ".", Reaction.reply("554 5.7.1 Not this one")));
    SmtpSession session = host.session();
    session.send(ScriptedHost.mail("a@example.net")).join();
    session.send(ScriptedHost.mail("b@example.net")).join();
    session.quit().join();
    assertThat(host.server().dialogues().get(0))
        .filteredOn(line -> line.startsWith("C: MAIL") || line.startsWith("C: RSET"))
        .extracting(line -> line.substring(0, 7))
        .containsExactly("C: MAIL", "C: RSET", "C: MAIL");
  }

  /** RFC 2920, section 3: only with a host that offers it. */
  @Test
  void resetShouldBeAnsweredBeforeTheNextMailWithoutPipelining() throws IOException {
    host.follow(
        SmtpScript.accepting()
            .extensions(NO_PIPELINING)
            .times(1, "RCPT TO:", Reaction.reply("550 5.1.1 No such user"))
            .on("RSET", Reaction.reply("250 2.0.0 Forgotten").after(Duration.ofMillis(200))));
    SmtpSession session = host.session();
    session.send(ScriptedHost.mail("a@example.net")).join();
    long begin = System.nanoTime();
    session.send(ScriptedHost.mail("b@example.net")).join();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(190));
  }

  @Test
  void parametersShouldBeThoseTheHostUnderstands() throws IOException {
    host.follow(SmtpScript.accepting().extensions("PIPELINING", "DSN", "8BITMIME", "SIZE 1000"));
    Transaction transaction =
        new Transaction(
            "from@example.org",
            "HDRS",
            "id=1 +",
            List.of(new Transaction.To("a@example.net", "FAILURE,DELAY", "rfc822;a@example.net")),
            MailContent.of(ScriptedHost.octets("Subject: \u00e9\r\n\r\n")));
    host.session().send(transaction).join();
    assertThat(String.join("\n", host.server().dialogues().get(0)))
        .contains("MAIL FROM:<from@example.org> SIZE=14 BODY=8BITMIME RET=HDRS ENVID=id+3D1+20+2B")
        .contains("RCPT TO:<a@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@example.net");
    host.stop();
    host.follow(SmtpScript.accepting().extensions("8BITMIME"));
    host.session().send(transaction).join();
    assertThat(String.join("\n", host.server().dialogues().get(0)))
        .contains("MAIL FROM:<from@example.org> BODY=8BITMIME\n")
        .contains("RCPT TO:<a@example.net>\n");
  }

  @Test
  void internationalAddressesShouldGoWithoutTheQuotesThatJamesNeeds() throws IOException {
    host.follow(SmtpScript.accepting().extensions("8BITMIME", "SMTPUTF8", "MT-PRIORITY"));
    Transaction transaction =
        new Transaction(
            "\"p\u00e9.x\"@xn--4ca.test",
            null,
            null,
            List.of(Transaction.To.of("\"\u7528 x\"@y.test"), Transaction.To.of("\"a.b\"@y.test")),
            MailContent.of(ScriptedHost.octets("a\r\n")),
            new Transaction.Wants(false, false, -3, null),
            false);
    host.session().send(transaction).join();
    byte[] sent = ScriptedHost.octets(String.join("\n", host.server().dialogues().get(0)));
    assertThat(new String(sent, StandardCharsets.UTF_8))
        .contains("MAIL FROM:<p\u00e9.x@xn--4ca.test> SMTPUTF8 MT-PRIORITY=-3\n")
        .contains("RCPT TO:<\"\u7528 x\"@y.test>\n")
        .contains("RCPT TO:<\"a.b\"@y.test>\n");
  }

  @Test
  void aHeaderInUtf8ShouldNeedAHostThatTakesIt() throws IOException {
    host.follow(SmtpScript.accepting().extensions("8BITMIME"));
    Transaction transaction =
        new Transaction(
            "a@x.test",
            null,
            null,
            List.of(Transaction.To.of("b@y.test")),
            MailContent.of(ScriptedHost.octets("Subject: \u00c3\u00a9\r\n\r\n")),
            new Transaction.Wants(false, true, null, null),
            false);
    assertThat(lack(host.session(), transaction)).isEqualTo("5.6.7");
  }

  @Test
  void whatTheHostDoesNotOfferShouldNotBeAskedOfIt() throws IOException {
    host.follow(SmtpScript.accepting().extensions("PIPELINING", "SIZE 10"));
    SmtpSession session = host.session();
    MailContent small = MailContent.of(ScriptedHost.octets("a\r\n"));
    MailContent eightBit = MailContent.of(ScriptedHost.octets("\u00e9\r\n"));
    assertThat(lack(session, ScriptedHost.mail("a@example.net"))).isEqualTo("5.3.4");
    assertThat(lack(session, ScriptedHost.mail(eightBit, "a@example.net"))).isEqualTo("5.6.3");
    assertThat(lack(session, ScriptedHost.mail(small, "\u00e9@example.net"))).isEqualTo("5.6.7");
    assertThat(
            session
                .send(ScriptedHost.mail(small, "a@example.net"))
                .join()
                .answers()
                .get(0)
                .isPositive())
        .isTrue();
    assertThat(host.server().dialogues().get(0).stream().filter(line -> line.contains("MAIL")))
        .hasSize(1);
  }

  private static Transaction by(DeliverBy by) {
    return new Transaction(
        "a@x.test",
        null,
        null,
        List.of(Transaction.To.of("b@y.test")),
        MailContent.of(ScriptedHost.octets("a\r\n")),
        new Transaction.Wants(false, false, null, by),
        false);
  }

  private static DeliverBy in(String value) {
    return DeliverBy.parse(value, System.currentTimeMillis());
  }

  @Test
  void aTimeToDeliverInShouldGoToHostsThatKeepIt() throws IOException {
    host.follow(SmtpScript.accepting().extensions("DELIVERBY 100,x"));
    SmtpSession session = host.session();
    session.send(by(in("1000;RT"))).join();
    session.send(by(in("-1000;N"))).join();
    assertThat(lack(session, by(in("99;R")))).as("less than it needs").isEqualTo("5.4.7");
    Answer tooLate =
        session
            .send(by(new DeliverBy(0, DeliverBy.Mode.RETURN, false, false)))
            .join()
            .answers()
            .get(0);
    assertThat(tooLate.failedBy(Kind.OURS)).as("it is no fault of the host").isTrue();
    assertThat(String.join("\n", host.server().dialogues().get(0)))
        .containsPattern("MAIL FROM:<a@x.test> BY=(1000|999);RT\n")
        .containsPattern("MAIL FROM:<a@x.test> BY=-100[0-9];N\n")
        .doesNotContain(";R\n");
  }

  @Test
  void onlyMailThatIsNotReturnedShouldGoToAHostThatKeepsNoTime() throws IOException {
    host.follow(SmtpScript.accepting());
    SmtpSession session = host.session();
    assertThat(lack(session, by(in("1000;R")))).isEqualTo("5.4.7");
    assertThat(session.send(by(in("1000;NT"))).join().answers().get(0).isPositive()).isTrue();
    assertThat(String.join("\n", host.server().dialogues().get(0))).doesNotContain("BY=");
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
    host.follow(SmtpScript.accepting());
    host.session().send(ScriptedHost.mail("p\u00e9@example.net")).join();
    assertThat(String.join("\n", host.server().dialogues().get(0)))
        .contains("SMTPUTF8")
        .contains(
            new String("<p\u00e9@".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  @Test
  void literalsShouldHaveTheirBrackets() throws Exception {
    host.follow(SmtpScript.accepting());
    host.session().send(ScriptedHost.mail("a@192.0.2.1", "b@example.net")).join();
    assertThat(host.server().mails().get(0).recipients())
        .containsExactly("a@[192.0.2.1]", "b@example.net");
  }

  @Test
  void addressWithALineEndShouldNotReachTheWire() throws IOException {
    host.follow(SmtpScript.accepting());
    SmtpSession session = host.session();
    Answer answer =
        session
            .send(ScriptedHost.mail("a@example.net>\r\nRCPT TO:<b@example.net"))
            .join()
            .answers()
            .get(0);
    assertThat(answer.failedBy(Kind.OURS)).isTrue();
    assertThat(host.server().mails()).isEmpty();
  }

  @Test
  void oldHostShouldBeGreetedWithHelo() throws IOException {
    host.follow(SmtpScript.accepting().extensions().greeting(Reaction.reply("220 old")));
    assertThat(host.session().capabilities().has("PIPELINING")).isFalse();
  }
}
