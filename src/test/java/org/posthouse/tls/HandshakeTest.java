/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a door agrees to, and which certificate it shows, asked by openssl and the JDK. */
class HandshakeTest {
  /** Without it openssl itself refuses what is old. */
  private static final String ALL = "ALL:@SECLEVEL=0";

  @TempDir static Path directory;
  private static OpenSsl openSsl;
  private static TestDoor door;

  @BeforeAll
  static void open() throws Exception {
    openSsl = new OpenSsl(directory);
    openSsl.authority("ca");
    openSsl.issue("ca", "rsa", OpenSsl.RSA, "relay.test", -1, 30);
    openSsl.issue("ca", "ec", OpenSsl.EC, "relay.test", -1, 30);
    openSsl.issue("ca", "wild", OpenSsl.EC, "*.other.test", -1, 30);
    openSsl.issue("ca", "exact", OpenSsl.EC, "mx.other.test,third.test", -1, 30);
    door =
        new TestDoor(
            directory,
            "<tls socketTLS='true'>"
                + TestDoor.pair("rsa")
                + certificate("ec")
                + certificate("wild")
                + certificate("exact")
                + "<handshakeTimeout>1 s</handshakeTimeout></tls>");
  }

  private static String certificate(String name) {
    return "<certificate>" + TestDoor.pair(name) + "</certificate>";
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static String client(String... options) throws Exception {
    return openSsl.client(door.port(), options).output();
  }

  @ParameterizedTest
  @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
  void versionsOfTodayShouldBeTaken(String option, String version) throws Exception {
    assertThat(client(option, "-CAfile", "ca.pem", "-servername", "relay.test"))
        .contains("New, " + version, "Verify return code: 0 (ok)", "Server Temp Key: X25519");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1", "-tls1_1"})
  void olderVersionsShouldBeRefused(String option) throws Exception {
    assertThat(client(option, "-cipher", ALL))
        .contains("alert protocol version", "Cipher is (NONE)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AES256-GCM-SHA384", // without forward secrecy
        "ECDHE-RSA-AES256-SHA384", // without authenticated encryption
        "DHE-RSA-AES256-GCM-SHA384",
        "AECDH-AES256-SHA"
      })
  void ciphersThatAreNotGoodShouldBeRefused(String cipher) throws Exception {
    assertThat(client("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0")).contains("Cipher is (NONE)");
  }

  @Test
  void theDoorsOrderOfCiphersShouldCount() throws Exception {
    assertThat(
            client(
                "-tls1_2",
                "-cipher",
                "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256"))
        .contains("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256");
    assertThat(client("-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"))
        .contains("Cipher is TLS_AES_256_GCM_SHA384");
  }

  @ParameterizedTest
  @CsvSource({
    "P-256, ECDH, true",
    "P-384, ECDH, true",
    "ffdhe2048, DH, false",
    "ffdhe8192, DH, false"
  })
  void groupsThatAreSlowShouldBeRefused(String group, String kind, boolean taken) throws Exception {
    String output = client("-tls1_3", "-groups", group);
    assertThat(output.contains("Server Temp Key: " + kind)).as(output).isEqualTo(taken);
  }

  @Test
  void renegotiationByTheClientShouldBeRefused() throws Exception {
    String output =
        openSsl
            .attempt("R\n", "s_client", "-tls1_2", "-connect", "127.0.0.1:" + door.port())
            .output();
    assertThat(output).contains("RENEGOTIATING").containsAnyOf("alert", "no renegotiation");
  }

  @ParameterizedTest
  @CsvSource({
    "relay.test, CN = ec, ECDSA",
    "RELAY.test, CN = ec, ECDSA",
    "mx.other.test, CN = exact, ECDSA",
    "third.test, CN = exact, ECDSA",
    "any.other.test, CN = wild, ECDSA",
    "two.labels.other.test, CN = ec, ECDSA",
    "other.test, CN = ec, ECDSA",
    "unknown.test, CN = ec, ECDSA",
    "relay.test, CN = rsa, RSA-PSS",
    "unknown.test, CN = rsa, RSA-PSS"
  })
  void theNameAndTheKindOfKeyShouldChooseTheCertificate(
      String host, String subject, String algorithm) throws Exception {
    String algorithms =
        algorithm.equals("ECDSA") ? "ECDSA+SHA256:RSA-PSS+SHA256" : "RSA-PSS+SHA256";
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      assertThat(client(version, "-servername", host, "-sigalgs", algorithms))
          .contains("subject=" + subject)
          .contains("Peer signature type: " + algorithm);
    }
  }

  @Test
  void aClientWithoutANameShouldGetTheFirst() throws Exception {
    assertThat(client("-noservername", "-sigalgs", "RSA-PSS+SHA256")).contains("subject=CN = rsa");
    assertThat(client("-noservername", "-sigalgs", "ECDSA+SHA256")).contains("subject=CN = ec");
  }

  @Test
  void aClientThatCannotUseTheKindOfKeyShouldBeRefused() throws Exception {
    assertThat(client("-servername", "third.test", "-sigalgs", "RSA-PSS+SHA256"))
        .contains("handshake failure");
  }

  @Test
  void jdkClientsShouldVerifyEachName() throws Exception {
    TestClient client = TestClient.trusting(openSsl.file("ca.pem"));
    for (String host : new String[] {"relay.test", "mx.other.test", "a.other.test", "third.test"}) {
      assertThat(client.ask(door.port(), host))
          .isEqualTo("TLSv1.3 TLS_AES_256_GCM_SHA384; client Optional.empty");
      assertThat(client.ask(door.port(), host, "TLSv1.2")).startsWith("TLSv1.2 TLS_ECD");
    }
    assertThatThrownBy(() -> client.ask(door.port(), "unknown.test"))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0016\u0003\u0001\u0002\u0000\u0001"})
  void aHandshakeThatNeverEndsShouldBeClosed(String beginning) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
      socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
      int first = socket.getInputStream().read();
      assertThat(first).as("end, or an alert before it").isIn(-1, 21);
    }
  }
}
