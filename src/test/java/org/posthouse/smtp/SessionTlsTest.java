/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthouse.smtp.Answer.Kind;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;

/** TLS, and the logins that go under it. */
@Timeout(60)
class SessionTlsTest {
  private static SelfSigned certificate;
  private static TlsEngines knowingNobody;
  private static ScriptedHost host;

  @BeforeAll
  static void prepare() throws Exception {
    certificate = SelfSigned.forHost(ScriptedHost.NAME);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("next", certificate.certificate());
    knowingNobody = new TlsEngines(null);
    host = new ScriptedHost(new TlsEngines(store));
  }

  @AfterEach
  void stop() throws IOException {
    host.stop();
  }

  @AfterAll
  static void release() {
    host.close();
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetATrustedHost(TlsLevel level) throws Exception {
    host.follow(SmtpScript.accepting().starttls(certificate.serverContext()));
    SmtpSession session = ScriptedHost.session(host.open(host.settings(level)));
    assertThat(session.tls().isPresent()).isEqualTo(level != TlsLevel.NONE);
    session.tls().ifPresent(tls -> assertThat(tls.isVerified()).isTrue());
    assertThat(
            session.send(ScriptedHost.mail("a@example.net")).join().answers().get(0).isPositive())
        .isTrue();
  }

  /** As asyncio does, which then holds the connection for half a minute. */
  @Test
  void aHostThatEndsTlsShouldNotBeWaitedFor() throws Exception {
    host.follow(
        SmtpScript.accepting()
            .starttls(certificate.serverContext())
            .on(".", Reaction.endTls().then(Reaction.stall(Duration.ofSeconds(20)))));
    SmtpSession session = ScriptedHost.session(host.open(host.settings(TlsLevel.MAY)));
    Answer answer =
        session.send(ScriptedHost.mail("a@example.net")).get(5, TimeUnit.SECONDS).answers().get(0);
    assertThat(answer.isAmbiguous()).isTrue();
    assertThat(answer.toString()).contains("the host closed the connection");
    assertThat(session.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetAHostOfUnknownCertificate(TlsLevel level) throws Exception {
    host.follow(SmtpScript.accepting().starttls(certificate.serverContext()));
    Opened opened = host.open(knowingNobody, host.settings(level));
    if (level.isVerified()) {
      assertThat(opened.failure().phase()).isEqualTo(Phase.TLS);
      assertThat(opened.failure().failure().text()).contains("certificate");
    } else {
      ScriptedHost.session(opened)
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
    host.follow(SmtpScript.accepting().starttls(certificate.serverContext()));
    SessionSettings other =
        new SessionSettings(
            "relay.example", null, "other.example", level, false, null, Timeouts.DEFAULT);
    assertThat(host.open(other).session() == null).isEqualTo(level.isVerified());
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetAHostWithoutTls(TlsLevel level) throws IOException {
    host.follow(SmtpScript.accepting());
    Opened opened = host.open(host.settings(level));
    assertThat(opened.session() == null).isEqualTo(level.isRequired());
    if (level.isRequired()) {
      assertThat(opened.failure().failedBy(Kind.NOT_OFFERED)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TlsLevel.class)
  void levelsShouldMeetARefusedStarttls(TlsLevel level) throws Exception {
    host.follow(
        SmtpScript.accepting()
            .starttls(certificate.serverContext())
            .on("STARTTLS", Reaction.reply("454 4.7.0 TLS not available")));
    assertThat(host.open(host.settings(level)).session() == null).isEqualTo(level.isRequired());
  }

  @Test
  void brokenHandshakeShouldBeToldFromOtherFailures() throws Exception {
    host.follow(SmtpScript.accepting().brokenStarttls(certificate.serverContext()));
    Answer failure = host.open(host.settings(TlsLevel.ENCRYPT)).failure();
    assertThat(failure.phase()).isEqualTo(Phase.TLS);
    assertThat(failure.failedBy(Kind.TLS)).isTrue();
  }

  @Test
  void implicitTlsShouldBeginAtOnce() throws Exception {
    host.follow(SmtpScript.accepting().implicitTls(certificate.serverContext()));
    SessionSettings implicit =
        new SessionSettings(
            "relay.example", null, "next.example", TlsLevel.SECURE, true, null, Timeouts.DEFAULT);
    SmtpSession session = ScriptedHost.session(host.open(implicit));
    assertThat(session.tls()).isPresent();
    assertThat(
            session.send(ScriptedHost.mail("a@example.net")).join().answers().get(0).isPositive())
        .isTrue();
  }

  private SessionSettings withLogin(TlsLevel level) {
    return new SessionSettings(
        "relay.example",
        null,
        "next.example",
        level,
        false,
        new SessionSettings.Login("user", "secret"),
        Timeouts.DEFAULT);
  }

  @Test
  void loginShouldUsePlainWhereItIsOffered() throws Exception {
    host.follow(
        SmtpScript.accepting()
            .extensions("AUTH LOGIN PLAIN")
            .starttls(certificate.serverContext()));
    ScriptedHost.session(host.open(withLogin(TlsLevel.MAY)));
    assertThat(String.join("\n", host.server().dialogues().get(0)))
        .contains("AUTH PLAIN AHVzZXIAc2VjcmV0");
  }

  @Test
  void loginShouldUseLoginWhereThatIsAll() throws Exception {
    host.follow(
        SmtpScript.accepting()
            .extensions("AUTH LOGIN")
            .on("AUTH LOGIN", Reaction.reply("334 VXNlcm5hbWU6"))
            .on("dXNlcg==", Reaction.reply("334 UGFzc3dvcmQ6"))
            .on("c2VjcmV0", Reaction.reply("235 2.7.0 In"))
            .starttls(certificate.serverContext()));
    ScriptedHost.session(host.open(withLogin(TlsLevel.MAY)));
  }

  @Test
  void refusedLoginShouldBeTheAnswerAndNotTellThePassword() throws Exception {
    host.follow(
        SmtpScript.accepting()
            .extensions("AUTH PLAIN")
            .on(
                "AUTH PLAIN",
                Reaction.reply("535 5.7.8 No: AUTH PLAIN AHVzZXIAc2VjcmV0 is user with secret"))
            .starttls(certificate.serverContext()));
    Answer failure = host.open(withLogin(TlsLevel.MAY)).failure();
    assertThat(failure.phase()).isEqualTo(Phase.AUTH);
    assertThat(failure).hasToString("535 5.7.8 No: AUTH PLAIN *** is user with ***");
    assertThat(withLogin(TlsLevel.MAY).toString()).doesNotContain("secret");
  }

  @Test
  void loginShouldNotGoOutInClear() throws IOException {
    host.follow(SmtpScript.accepting().extensions("AUTH PLAIN"));
    Answer failure = host.open(withLogin(TlsLevel.MAY)).failure();
    assertThat(failure.failedBy(Kind.NOT_OFFERED)).isTrue();
    assertThat(host.server().dialogues().get(0)).noneMatch(line -> line.contains("AUTH PLAIN "));
  }
}
