/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.acceptance.TestCertificate;
import org.posthouse.faults.Tools;
import org.slf4j.LoggerFactory;

/** What a door's own configuration makes of AUTH. */
class AuthDoorsTest {
  private static final String CHAIN =
      "<handler class=\"org.apache.james.smtpserver.CoreCmdHandlerLoader\"/>";

  @TempDir Path home;

  private static String plain(String login, String password) {
    String message = "\0" + login + "\0" + password;
    return "AUTH PLAIN " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8));
  }

  @Test
  void aDoorWithoutLoginsShouldRefuseThem() throws Exception {
    try (SmtpHarness harness =
            SmtpHarness.open(home, door -> door.replace("<announce>always", "<announce>never"));
        SmtpDialog client = harness.client().startTls()) {
      assertThat(client.ask("EHLO client.test", "250")).doesNotContain("AUTH");
      client.ask(plain(SmtpHarness.USER, SmtpHarness.PASSWORD), "502 5.5.1");
    }
  }

  @Test
  void aDoorWithoutPlainPasswordsShouldStillTakeProofs() throws Exception {
    try (SmtpHarness harness =
            SmtpHarness.open(
                home,
                door ->
                    door.replace("</auth>", "<plainAuthEnabled>false</plainAuthEnabled></auth>"));
        SmtpDialog client = harness.client().startTls()) {
      assertThat(client.ask("EHLO client.test", "250"))
          .contains("-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256\n");
      client.ask(plain(SmtpHarness.USER, SmtpHarness.PASSWORD), "504 5.5.4");
    }
  }

  /** One of an extension jar, which knows one password. */
  public static final class Extension implements AuthHook {
    @Override
    public HookResult doAuth(SMTPSession session, Username username, String password) {
      if (password.equals("down")) {
        throw new IllegalStateException("its directory is down");
      }
      if (!password.equals("extended")) {
        return HookResult.DECLINED;
      }
      session.setUsername(username);
      return HookResult.builder().hookReturnCode(HookReturnCode.ok()).build();
    }

    @Override
    public HookResult doSasl(
        SMTPSession session, OidcSASLConfiguration configuration, String initialResponse) {
      return HookResult.DECLINED;
    }
  }

  @Test
  void aHookOfAnExtensionShouldBeAskedWhenNoSourceKnowsThePassword() throws Exception {
    try (SmtpHarness harness =
            SmtpHarness.open(
                home,
                door ->
                    door.replace(
                        CHAIN, "<handler class=\"" + Extension.class.getName() + "\"/>" + CHAIN));
        SmtpDialog client = harness.client().startTls()) {
      client.ask("EHLO client.test", "250");
      client.ask(plain("carol", "wrong"), "535 5.7.8");
      client.ask(plain("carol", "down"), "454 4.7.0");
      client.ask(plain("carol", "extended"), "235");
      client.ask("MAIL FROM:<carol@relay.test>", "250");
    }
  }

  @Test
  void whoHasShownACertificateShouldLogInByExternal() throws Exception {
    Tools.require("msmtp");
    try (SmtpHarness harness = openForCertificates("")) {
      Path client = home.resolve("client");
      assertThat(msmtp(harness.port(), client, "Billing")).as(said()).isZero();
      assertThat(msmtp(harness.port(), client, "mallory")).isNotZero();
      assertThat(said()).contains("535 5.7.8 May not act for another identity");
    }
  }

  @Test
  void theCertificateOfAProxyShouldGiveNoRightToWhomItSpeaksFor() throws Exception {
    try (SmtpHarness harness = openForCertificates("<xclientFrom>127.0.0.1</xclientFrom>");
        SmtpDialog proxy = harness.client()) {
      proxy.startTls(home.resolve("client"));
      assertThat(proxy.ask("EHLO proxy.test", "250")).contains("EXTERNAL");
      proxy.ask("MAIL FROM:<billing@relay.test>", "250");
      proxy.ask("RCPT TO:<b@next.test>", "250");
      proxy.ask("RSET", "250");
      proxy.ask("XCLIENT ADDR=198.51.100.66", "220");
      assertThat(proxy.ask("EHLO stranger.test", "250")).doesNotContain("EXTERNAL");
      proxy.ask("MAIL FROM:<billing@relay.test>", "250");
      proxy.ask("RCPT TO:<b@next.test>", "5");
      proxy.ask("AUTH EXTERNAL =", "5");
    }
  }

  /** Nobody is known by then, nor is there a reply: the alert is TLS's. */
  @Test
  void aHandshakeThatTheDoorRefusesShouldBeLogged() throws Exception {
    Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    mailLog.setLevel(Level.INFO);
    mailLog.addAppender(log);
    Path unknown = Files.createDirectories(home.resolve("unknown"));
    TestCertificate.write(unknown);
    try (SmtpHarness harness = openForCertificates("")) {
      for (boolean shows : new boolean[] {false, true}) {
        log.list.clear();
        try (SmtpDialog client = harness.client()) {
          refusedHandshake(client, shows ? unknown : null);
          Awaitility.await().until(() -> !log.list.isEmpty());
        }
        assertThat(List.copyOf(log.list))
            .singleElement()
            .asString()
            .matches(
                ".*refused id=[0-9a-f]{8} client=127[.]0[.]0[.]1 login=- from=- to=- reply=-"
                    + " reason=protocol error=\"[^\"]+\"");
      }
    } finally {
      mailLog.detachAppender(log);
      mailLog.setLevel(null);
    }
  }

  private static void refusedHandshake(SmtpDialog client, @Nullable Path certificate) {
    try {
      if (certificate == null) {
        client.startTls();
      } else {
        client.startTls(certificate);
      }
    } catch (IOException e) {
      return; // with TLS 1.3 a client is told later, when it reads
    }
    client.readToEnd();
  }

  /** A door that asks for certificates and knows one as billing. */
  private SmtpHarness openForCertificates(String elements) throws Exception {
    Path client = Files.createDirectories(home.resolve("client"));
    TestCertificate.write(client);
    X509Certificate certificate;
    try (var in = Files.newInputStream(client.resolve("certificate.pem"))) {
      certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    trust(certificate);
    Files.writeString(
        Files.createDirectories(home.resolve("conf")).resolve("identities.xml"),
        "<identities><users/><certificate identity='billing' fingerprint='SHA256:"
            + fingerprint(certificate)
            + "'/></identities>");
    return SmtpHarness.open(
        home,
        door ->
            door.replace(
                "</tls>",
                "<clientAuth><truststore>file://client/trust.p12</truststore>"
                    + "<truststoreType>PKCS12</truststoreType>"
                    + "<truststoreSecret>secret</truststoreSecret></clientAuth></tls>"
                    + elements));
  }

  private void trust(X509Certificate certificate) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("client", certificate);
    try (var out = Files.newOutputStream(home.resolve("client/trust.p12"))) {
      store.store(out, "secret".toCharArray());
    }
  }

  private static String fingerprint(X509Certificate certificate) throws Exception {
    return HexFormat.ofDelimiter(":")
        .withUpperCase()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }

  private int msmtp(int port, Path client, String user) throws Exception {
    Path message = Files.writeString(home.resolve("mail.eml"), "Subject: x\r\n\r\nbody\r\n");
    Process process =
        new ProcessBuilder(
                "msmtp",
                "-C",
                "/dev/null",
                "--host=127.0.0.1",
                "--port=" + port,
                "--tls=on",
                "--tls-starttls=on",
                "--tls-certcheck=off",
                "--tls-cert-file=" + client.resolve("certificate.pem"),
                "--tls-key-file=" + client.resolve("private.key"),
                "--auth=external",
                "--user=" + user,
                "--from=billing@relay.test",
                "bob@next.test")
            .redirectErrorStream(true)
            .redirectInput(message.toFile())
            .redirectOutput(home.resolve("client.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String said() throws Exception {
    Path log = home.resolve("client.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
