/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;

/** AUTH within TLS, at our server. */
@Timeout(120)
class AuthDialogTest {
  private static final String QUICK =
      "<identities><users/><guessing><firstDelay>0 s</firstDelay><longestDelay>0 s</longestDelay>"
          + "<perAddress>1000</perAddress><perNetwork>1000</perNetwork><perLogin>1000</perLogin>"
          + "</guessing></identities>";

  @TempDir Path home;
  private UserFile file;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(conf.resolve("identities.xml"), QUICK);
    file = new UserFile(conf.resolve("users"));
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("alice"), "default", "pencil");
    register.add(UserName.of("alice@example.org"), "default", "s\u00E9cret");
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private SmtpDialog client() throws Exception {
    SmtpDialog client = harness.client().startTls();
    client.ask("EHLO client.test", "250");
    return client;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String text(String reply) {
    return new String(Base64.getDecoder().decode(reply.substring(4)), UTF_8);
  }

  /** Each mail is asked for: a session must not outlive what opened it. */
  @Test
  void sessionOfARemovedPasswordShouldEndAtItsNextMail() throws Exception {
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("alice"), "laptop", "stolen");
    try (SmtpDialog stolen = client();
        SmtpDialog other = client()) {
      stolen.ask("AUTH PLAIN " + base64("\0alice\0stolen"), "235");
      other.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "235");
      stolen.ask("MAIL FROM:<alice@relay.test>", "250");
      stolen.ask("RSET", "250");
      register.remove(UserName.of("alice"), Optional.of("laptop"));
      Thread.sleep(600); // the file is looked at twice a second
      assertThat(stolen.ask("MAIL FROM:<alice@relay.test>", "421 4.7.0")).contains("log in again");
      assertThat(stolen.isClosedByServer()).isTrue();
      other.ask("MAIL FROM:<alice@relay.test>", "250");
    }
  }

  @Test
  void sessionOfAChangedPasswordShouldEndAtItsNextMail() throws Exception {
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("alice"), "laptop", "stolen");
    try (SmtpDialog stolen = client()) {
      stolen.ask("AUTH PLAIN " + base64("\0alice\0stolen"), "235");
      register.setPassword(UserName.of("alice"), Optional.of("laptop"), "another");
      Thread.sleep(600); // the file is looked at twice a second
      stolen.ask("MAIL FROM:<alice@relay.test>", "421 4.7.0");
    }
    try (SmtpDialog again = client()) {
      again.ask("AUTH PLAIN " + base64("\0alice\0another"), "235");
      again.ask("MAIL FROM:<alice@relay.test>", "250");
    }
  }

  @Test
  void ehloShouldNameWhatThereIsASourceFor() throws Exception {
    try (SmtpDialog client = harness.client().startTls()) {
      assertThat(client.ask("EHLO client.test", "250"))
          .contains("-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN\n")
          .contains("AUTH=LOGIN PLAIN");
      client.ask("AUTH XOAUTH2 " + base64("x"), "504 5.5.4");
      client.ask("AUTH EXTERNAL =", "504 5.5.4");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "|alice|pencil,                  235 2.7.0",
    "alice|alice|pencil,             235 2.7.0",
    "|ALICE|pencil,                  235 2.7.0",
    "|alice@example.org|s\u00E9cret, 235 2.7.0",
    "|alice@example.org|se\u0301cret,235 2.7.0",
    "|alice|Pencil,                  535 5.7.8",
    "|alice|,                        535 5.7.8",
    "|nobody|pencil,                 535 5.7.8",
    "|a@b@c|pencil,                  535 5.7.8",
    "mallory|alice|pencil,           535 5.7.8",
    "alice|pencil,                   501 5.5.2",
    "||pencil,                       501 5.5.2",
    "alice,                          501 5.5.2",
    "|alice|pencil|more,             501 5.5.2"
  })
  void plainShouldAnswer(String message, String reply) throws Exception {
    String response = base64(message.replace('|', '\0'));
    try (SmtpDialog client = client()) {
      client.ask("AUTH PLAIN " + response, reply);
    }
    try (SmtpDialog client = client()) {
      assertThat(client.ask("auth plain", "334")).isEqualTo("334 ");
      client.ask(response, reply);
      client.ask("NOOP", "250");
    }
  }

  @Test
  void loginShouldAskForNameAndPassword() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask("AUTH LOGIN", "334 VXNlcm5hbWU6");
      client.ask(base64("alice"), "334 UGFzc3dvcmQ6");
      client.ask(base64("pencil"), "235 2.7.0");
      client.ask("AUTH LOGIN", "503 5.5.1");
    }
    try (SmtpDialog client = client()) {
      client.ask("AUTH LOGIN " + base64("alice"), "334 UGFzc3dvcmQ6");
      client.ask(base64("wrong"), "535 5.7.8");
      client.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "235");
    }
  }

  @Test
  void scramShouldProveTheServerBeforeItSucceeds() throws Exception {
    try (SmtpDialog client = client()) {
      ScramClient scram = scram("pencil");
      scram.serverFirstMessage(
          text(
              client.ask(
                  "AUTH SCRAM-SHA-256 " + base64(scram.clientFirstMessage().toString()), "334")));
      scram.serverFinalMessage(
          text(client.ask(base64(scram.clientFinalMessage().toString()), "334 dj")));
      client.ask("", "235 2.7.0");
      client.ask("MAIL FROM:<alice@relay.test>", "250");
    }
  }

  @Test
  void scramShouldEndAsAnyWrongPassword() throws Exception {
    try (SmtpDialog client = client()) {
      ScramClient scram = scram("Pencil");
      client.ask("AUTH SCRAM-SHA-256", "334");
      scram.serverFirstMessage(
          text(client.ask(base64(scram.clientFirstMessage().toString()), "334")));
      client.ask(base64(scram.clientFinalMessage().toString()), "535 5.7.8 Authentication cred");
      client.ask("AUTH SCRAM-SHA-256 " + base64("y,,n=alice,r=x"), "535 5.7.8 Authentication f");
      client.ask("AUTH SCRAM-SHA-256 " + base64("n,,n=alice"), "501 5.5.2");
    }
  }

  private static ScramClient scram(String password) {
    return ScramClient.builder()
        .advertisedMechanisms(List.of("SCRAM-SHA-256"))
        .username("alice")
        .password(password.toCharArray())
        .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
        .build();
  }

  /** RFC 5929: whoever has another certificate in between cannot pass the proof on. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scramPlusShouldBindToTheCertificate(boolean honest) throws Exception {
    try (SmtpDialog client = client()) {
      byte[] bound =
          MessageDigest.getInstance("SHA-256").digest(client.serverCertificate().getEncoded());
      bound[0] ^= (byte) (honest ? 0 : 1);
      ScramClient scram =
          ScramClient.builder()
              .advertisedMechanisms(List.of("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"))
              .username("alice")
              .password("pencil".toCharArray())
              .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
              .channelBinding("tls-server-end-point", bound)
              .build();
      scram.serverFirstMessage(
          text(
              client.ask(
                  "AUTH SCRAM-SHA-256-PLUS " + base64(scram.clientFirstMessage().toString()),
                  "334")));
      String proof = base64(scram.clientFinalMessage().toString());
      if (honest) {
        scram.serverFinalMessage(text(client.ask(proof, "334")));
        client.ask("", "235 2.7.0");
      } else {
        client.ask(proof, "535 5.7.8 Authentication failed: channel-bindings-dont-match");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTH PLAIN", "AUTH LOGIN", "AUTH SCRAM-SHA-256"})
  void starShouldCancel(String command) throws Exception {
    try (SmtpDialog client = client()) {
      client.ask(command, "334");
      client.ask("*", "501 5.7.0");
      client.ask("NOOP", "250");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AUTH, 501 5.5.4",
    "AUTH CRAM-MD5, 504 5.5.4",
    "AUTH PLAIN !!!!, 501 5.5.2",
    "AUTH PLAIN =, 501 5.5.2",
    "AUTH PLAIN /w==, 501 5.5.2",
    "AUTH PLAIN AGEAYg== AGEAYg==, 501 5.5.2",
    "AUTH PLAIN AGFsaWNlAHBlbmNpbA, 501 5.5.2",
    "AUTH PLAIN AGFsaWNlAHBlbmNpbA=, 501 5.5.2",
    "AUTH LOGIN YWxpY2U, 501 5.5.2"
  })
  void nonsenseShouldBeRefused(String command, String reply) throws Exception {
    try (SmtpDialog client = client()) {
      client.ask(command, reply);
      client.ask("NOOP", "250");
    }
  }

  /** RFC 4954 section 4: 12288 octets, and a response that is longer fails the exchange. */
  @Test
  void aResponseMayBeLongButNotTooLong() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask("AUTH PLAIN", "334");
      client.ask(base64("\0alice\0" + "x".repeat(9_000)), "535");
      client.ask("AUTH PLAIN", "334");
      client.ask("A".repeat(12_286), "501 5.5.2");
      client.ask("AUTH PLAIN", "334");
      client.ask("A".repeat(12_292), "500 5.5.6");
      client.ask("NOOP", "250");
      client.ask("AUTH PLAIN " + "A".repeat(20_000), "500 5.5.6");
      client.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "235");
    }
  }

  @Test
  void authInATransactionShouldBeRefused() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask("MAIL FROM:<a@example.org>", "250");
      client.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "503 5.5.1");
      client.ask("RSET", "250");
      client.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "235");
    }
  }

  @Test
  void anUnreadableFileShouldBeATemporaryFailure() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask("AUTH PLAIN " + base64("\0nobody\0pencil"), "535");
      Files.writeString(file.path(), "posthouse-users 9\n");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(client.ask("AUTH PLAIN " + base64("\0alice\0Pencil"), ""))
                      .startsWith("454 4.7.0"));
      client.ask("AUTH SCRAM-SHA-256 " + base64("n,,n=alice,r=x"), "454 4.7.0");
    }
  }

  @Test
  void whatFollowsShouldWaitForTheReply() throws Exception {
    try (SmtpDialog client = client()) {
      client.send(
          "AUTH PLAIN "
              + base64("\0alice\0pencil")
              + "\r\nMAIL FROM:<alice@relay.test>\r\nRCPT TO:<b@next.test>\r\n"
              + "A".repeat(13_000)
              + "\r\nNOOP\r\n");
      client.expect("235");
      client.expect("250 2.1.0");
      client.expect("250 2.1.5");
      client.expect("500 5.5.6");
      client.expect("250 2.0.0");
    }
  }

  @Test
  void manyWaitingChecksShouldNotHoldUpOtherSessions() throws Exception {
    new UserRegister(file, 2_000_000).add(UserName.of("slow"), "default", "pencil");
    List<SmtpDialog> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        waiting.add(client());
      }
      for (SmtpDialog client : waiting) {
        client.send("AUTH PLAIN " + base64("\0slow\0wrong") + "\r\n");
      }
      try (SmtpDialog other = client()) {
        other.ask("NOOP", "250");
        other.ask("MAIL FROM:<a@example.org>", "250");
      }
      for (SmtpDialog client : waiting) {
        client.expect("535");
        client.ask("NOOP", "250");
      }
    } finally {
      for (SmtpDialog client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatLeavesShouldNotDisturbTheCheck() throws Exception {
    try (SmtpDialog client = client()) {
      client.send("AUTH PLAIN " + base64("\0alice\0pencil") + "\r\n");
    }
    try (SmtpDialog client = client()) {
      client.ask("AUTH PLAIN " + base64("\0alice\0pencil"), "235");
    }
  }
}
