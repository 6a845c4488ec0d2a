/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.trial.FreePort;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SmtpScript;

/** Hosts that are not there, are silent or close, and messages that break off. */
@Timeout(60)
class SessionEndTest {
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

  @Test
  void noConnectionShouldBeAnAnswer() throws IOException {
    Opened opened = host.openAt(FreePort.next());
    assertThat(opened.failure().phase()).isEqualTo(Phase.CONNECT);
    assertThat(opened.failure().failedBy(Kind.UNREACHABLE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"554 5.7.1 Not you", "421 4.3.2 Not now"})
  void greetingThatRefusesShouldBeTheAnswer(String line) throws IOException {
    host.follow(SmtpScript.accepting().greeting(Reaction.reply(line)));
    Opened opened = host.open(host.settings(TlsLevel.NONE));
    assertThat(opened.failure().phase()).isEqualTo(Phase.GREETING);
    assertThat(opened.failure()).hasToString(line);
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
      host.limit(phase, limit);
    }
    host.follow(SmtpScript.accepting().on(key, reaction));
    Opened opened = host.open(host.settings(TlsLevel.NONE));
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
            : opened.session().send(ScriptedHost.mail("a@example.net")).join().answers().get(0);
    assertThat(answer.failure()).as("%s", answer).isNotNull();
    assertThat(answer.failure().kind()).isEqualTo(kind);
    assertThat(answer.phase()).isEqualTo(phase);
    assertThat(answer.isAmbiguous()).isEqualTo(phase == Phase.FINAL_DOT);
    if (opened.session() != null) {
      assertThat(opened.session().isOpen()).isFalse();
    }
  }

  @Test
  void limitThatIsShorterThanThatOfAnEarlierPhaseShouldHold() throws Exception {
    host.limit(Phase.FINAL_DOT, Duration.ofMillis(300));
    host.follow(SmtpScript.accepting().on(".", Reaction.stall(Duration.ofSeconds(20))));
    TransactionOutcome outcome = host.session().send(ScriptedHost.mail("a@example.net")).join();
    assertThat(outcome.answers().get(0).failedBy(Kind.TIMEOUT)).isTrue();
  }

  @Test
  void hostThatAnswersTheContentEarlyShouldBeHeardAndLeft() throws IOException {
    host.follow(
        SmtpScript.accepting()
            .on("DATA", Reaction.reply("354 Go on", "552 5.3.4 Too much").after(Duration.ZERO)));
    TransactionOutcome outcome =
        host.session().send(ScriptedHost.mail(OnDisk.of(OnDisk.large()), "a@example.net")).join();
    assertThat(outcome.answers().get(0).reply()).hasToString("552 5.3.4 Too much");
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void goodByeShouldEndTheSessionAndNotTheOutcome() throws IOException {
    host.follow(
        SmtpScript.accepting().on("RCPT TO:", Reaction.reply("421 4.7.0 Too many").thenClose()));
    TransactionOutcome outcome = host.session().send(ScriptedHost.mail("a@example.net")).join();
    assertThat(ScriptedHost.texts(outcome)).containsExactly("RCPT 421 4.7.0 Too many");
    assertThat(outcome.reusable()).isFalse();
  }

  @Test
  void sessionThatTheHostEndsBetweenMailsShouldBeClosed() throws Exception {
    host.follow(
        SmtpScript.accepting()
            .on(
                ".",
                Reaction.reply("250 2.0.0 Taken")
                    .then(Reaction.reply("421 4.4.2 Idle").after(Duration.ofMillis(200)))
                    .thenClose()));
    SmtpSession session = host.session();
    assertThat(session.send(ScriptedHost.mail("a@example.net")).join().reusable()).isTrue();
    CountDownLatch closed = new CountDownLatch(1);
    session.whenClosed(closed::countDown);
    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(session.isOpen()).isFalse();
    Answer answer = session.send(ScriptedHost.mail("a@example.net")).join().answers().get(0);
    assertThat(answer.phase()).isEqualTo(Phase.MAIL);
    assertThat(answer.failure().text()).contains("421 4.4.2 Idle");
  }

  @Test
  void messageThatCannotBeReadShouldNotArriveInPart() throws IOException {
    host.follow(SmtpScript.accepting());
    MailContent content = OnDisk.damaged(2 << 20, OnDisk.large(), Duration.ZERO);
    Answer answer =
        host.session().send(ScriptedHost.mail(content, "a@example.net")).join().answers().get(0);
    assertThat(answer.failedBy(Kind.OURS)).isTrue();
    assertThat(answer.phase()).isEqualTo(Phase.CONTENT);
    assertThat(host.server().mails()).isEmpty();
  }
}
