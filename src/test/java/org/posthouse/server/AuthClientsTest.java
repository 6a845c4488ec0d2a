/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.mail.AuthenticationFailedException;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.Transport;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.faults.Tools;

/** Programs of others log in, by each mechanism that they have. */
class AuthClientsTest {
  private static final String USER = SmtpHarness.USER;
  private static final String RIGHT = SmtpHarness.PASSWORD;
  private static final String WRONG = "wrong";
  private static final String QUICK =
      "<guessing><firstDelay>0 s</firstDelay><longestDelay>0 s</longestDelay></guessing>";

  @TempDir Path home;
  private final MockOAuth2Server issuer = new MockOAuth2Server();
  private SmtpHarness harness;
  private Path message;

  @BeforeEach
  void open() throws Exception {
    issuer.start(InetAddress.getLoopbackAddress(), 0);
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        conf.resolve("identities.xml"),
        "<identities><users/><oidc name='provider'><issuer>"
            + issuerAddress()
            + "</issuer><audience>posthouse</audience><timeout>30 s</timeout><login>sub</login></oidc>"
            + QUICK
            + "</identities>");
    message =
        Files.writeString(
            home.resolve("mail.eml"), "From: <" + USER + ">\r\nSubject: x\r\n\r\nbody\r\n");
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
    issuer.shutdown();
  }

  private String issuerAddress() {
    URI url = issuer.issuerUrl("default").uri();
    return url.toString();
  }

  private String token() {
    return issuer.issueToken("default", USER, "posthouse", Map.of()).serialize();
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(message.toFile())
            .redirectOutput(home.resolve("client.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void assertLogsIn(List<String> command) throws Exception {
    assertThat(run(command)).as(said()).isZero();
  }

  private String said() throws IOException {
    Path log = home.resolve("client.log");
    return Files.exists(log) ? Files.readString(log, UTF_8) : "";
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void swaksShouldLogIn(String mechanism) throws Exception {
    Tools.require("swaks");
    assertLogsIn(swaks(mechanism, RIGHT));
    assertThat(run(swaks(mechanism, WRONG))).isNotZero();
    assertThat(said()).contains("535 5.7.8");
  }

  private List<String> swaks(String mechanism, String password) {
    return List.of(
        "swaks",
        "--server",
        "127.0.0.1",
        "--port",
        "" + harness.port(),
        "--tls",
        "--auth",
        mechanism,
        "--auth-user",
        USER,
        "--auth-password",
        password,
        "--quit-after",
        "AUTH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "login", "scram-sha-256"})
  void msmtpShouldLogIn(String mechanism) throws Exception {
    Tools.require("msmtp");
    assertLogsIn(msmtp(mechanism, RIGHT));
    assertThat(run(msmtp(mechanism, WRONG))).isNotZero();
    assertThat(said()).contains("535 5.7.8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oauthbearer", "xoauth2"})
  void msmtpShouldLogInByAToken(String mechanism) throws Exception {
    Tools.require("msmtp");
    assertLogsIn(msmtp(mechanism, token()));
    assertThat(run(msmtp(mechanism, WRONG))).isNotZero();
  }

  private List<String> msmtp(String mechanism, String secret) {
    return List.of(
        "msmtp",
        "-C",
        "/dev/null",
        "--host=127.0.0.1",
        "--port=" + harness.port(),
        "--tls=on",
        "--tls-starttls=on",
        "--tls-certcheck=off",
        "--auth=" + mechanism,
        "--user=" + USER,
        "--passwordeval=echo " + secret,
        "--from=" + USER,
        "bob@next.test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void curlShouldLogIn(String mechanism) throws Exception {
    Tools.require("curl");
    assertLogsIn(curl(mechanism, "--user", USER + ":" + RIGHT));
    assertThat(run(curl(mechanism, "--user", USER + ":" + WRONG))).isEqualTo(67);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OAUTHBEARER", "XOAUTH2"})
  void curlShouldLogInByAToken(String mechanism) throws Exception {
    Tools.require("curl");
    assertLogsIn(curl(mechanism, "--user", USER + ":", "--oauth2-bearer", token()));
    assertThat(run(curl(mechanism, "--user", USER + ":", "--oauth2-bearer", WRONG))).isEqualTo(67);
  }

  private List<String> curl(String mechanism, String... credentials) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "--silent",
                "--show-error",
                "--verbose",
                "--insecure",
                "--ssl-reqd",
                "--login-options",
                "AUTH=" + mechanism,
                "--mail-from",
                USER,
                "--mail-rcpt",
                "bob@next.test",
                "--upload-file",
                message.toString()));
    command.addAll(List.of(credentials));
    command.add("smtp://127.0.0.1:" + harness.port());
    return command;
  }

  /** Its bindings are tls-unique and tls-exporter, which a server on the JDK has not. */
  @Test
  void gsaslShouldLogInByScramAndProveTheServer() throws Exception {
    Tools.require("gsasl");
    assertLogsIn(gsasl("SCRAM-SHA-256", RIGHT, "--no-cb"));
    assertThat(run(gsasl("SCRAM-SHA-256", WRONG, "--no-cb"))).isNotZero();
    assertThat(said()).contains("535 5.7.8");
  }

  @Test
  void gsaslShouldHearThatItsChannelBindingIsNotKnownHere() throws Exception {
    Tools.require("gsasl");
    assertThat(run(gsasl("SCRAM-SHA-256-PLUS", RIGHT))).isNotZero();
    assertThat(said()).contains("535 5.7.8 Authentication failed: unsupported-channel-binding");
  }

  private List<String> gsasl(String mechanism, String password, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "gsasl",
                "--smtp",
                "--client",
                "--mechanism",
                mechanism,
                "--authentication-id",
                USER,
                "--password",
                password,
                "--verbose",
                "--x509-ca-file="));
    command.addAll(List.of(more));
    command.addAll(List.of("127.0.0.1", "" + harness.port()));
    return command;
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "login"})
  void pythonShouldLogIn(String mechanism) throws Exception {
    Tools.require("python3");
    assertLogsIn(python(mechanism, RIGHT));
    assertThat(run(python(mechanism, WRONG))).isNotZero();
    assertThat(said()).contains("SMTPAuthenticationError: (535");
  }

  private List<String> python(String mechanism, String password) {
    return List.of(
        "python3",
        "-c",
        """
        import smtplib, ssl, sys
        s = smtplib.SMTP('127.0.0.1', int(sys.argv[1]))
        s.starttls(context=ssl._create_unverified_context())
        s.ehlo()
        s.user, s.password = sys.argv[3], sys.argv[4]
        s.auth(sys.argv[2].upper(), getattr(s, 'auth_' + sys.argv[2]))
        s.quit()
        """,
        "" + harness.port(),
        mechanism,
        USER,
        password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN", "XOAUTH2"})
  void javaMailShouldLogIn(String mechanism) throws Exception {
    boolean byToken = mechanism.equals("XOAUTH2");
    connect(mechanism, byToken ? token() : RIGHT);
    assertThatThrownBy(() -> connect(mechanism, WRONG))
        .isInstanceOf(AuthenticationFailedException.class);
  }

  private void connect(String mechanism, String secret) throws MessagingException {
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.auth", "true");
    properties.setProperty("mail.smtp.auth.mechanisms", mechanism);
    properties.setProperty("mail.smtp.starttls.required", "true");
    properties.setProperty("mail.smtp.ssl.trust", "*");
    try (Transport transport = Session.getInstance(properties).getTransport("smtp")) {
      transport.connect("127.0.0.1", harness.port(), USER, secret);
    }
  }
}
