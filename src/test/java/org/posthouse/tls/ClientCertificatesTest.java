/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the door takes a client for, with each kind of certificate and each setting. */
class ClientCertificatesTest {
  private static final String HOST = "relay.test";
  private static final String GUEST = "Optional.empty";

  @TempDir static Path directory;
  private static OpenSsl openSsl;

  @BeforeAll
  static void makeCertificates() throws Exception {
    openSsl = new OpenSsl(directory);
    openSsl.authority("ca");
    openSsl.authority("other");
    openSsl.issue("ca", "relay", OpenSsl.EC, HOST, -1, 30);
    openSsl.issue("ca", "good", OpenSsl.EC, "", -1, 30);
    openSsl.issue("ca", "expired", OpenSsl.EC, "", -30, -1);
    openSsl.issue("ca", "server", OpenSsl.EC, "server.test", -1, 30);
    openSsl.issue("other", "unknown", OpenSsl.RSA, "", -1, 30);
  }

  private static TestDoor door(String clientAuth) throws Exception {
    return new TestDoor(
        directory, "<tls socketTLS='true'>" + TestDoor.pair("relay") + clientAuth + "</tls>");
  }

  private static String auth(String mode, String... authorities) {
    StringBuilder all = new StringBuilder("<clientAuth mode='" + mode + "'>");
    for (String each : authorities) {
      all.append("<authorities>" + each + "</authorities>");
    }
    return all + "</clientAuth>";
  }

  private static String answer(TestDoor door, String name, String version) {
    try {
      TestClient client =
          name.equals("none")
              ? TestClient.trusting(openSsl.file("ca.pem"))
              : TestClient.having(directory, "ca", name);
      String answer = client.ask(door.port(), HOST, version);
      return answer.replaceFirst(".*; client ", "").replaceFirst("^Optional\\[(.*)]$", "$1");
    } catch (IOException e) {
      return "refused";
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // mode | authorities | none | good | expired | for servers | of another authority
        "need|file://ca.pem|refused|CN=good, verified|refused|refused|refused",
        "want|file://ca.pem|guest|CN=good, verified|guest, or not|guest, or not|guest, or not",
        "need|any|refused|CN=good, not verified|CN=expired, not verified|CN=server, not verified|CN=unknown, not verified",
        "want|any|guest|CN=good, not verified|CN=expired, not verified|CN=server, not verified|CN=unknown, not verified",
        "need|any file://ca.pem|refused|CN=good, verified|CN=expired, not verified|CN=server, not verified|CN=unknown, not verified",
        "need|file://other.pem file://ca.pem|refused|CN=good, verified|refused|refused|CN=unknown, verified"
      })
  void clientsShouldBeTakenForWhatTheyCanProve(
      String mode,
      String authorities,
      String none,
      String good,
      String expired,
      String server,
      String unknown)
      throws Exception {
    try (TestDoor door = door(auth(mode, authorities.split(" ", -1)))) {
      for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
        assertAnswer(door, "none", version, none);
        assertAnswer(door, "good", version, good);
        assertAnswer(door, "expired", version, expired);
        assertAnswer(door, "server", version, server);
        assertAnswer(door, "unknown", version, unknown);
      }
    }
  }

  /** A JDK client keeps back a certificate that the door would not trust; others show it. */
  private static void assertAnswer(TestDoor door, String name, String version, String expected) {
    String answer = answer(door, name, version);
    String what = name + " by " + version;
    switch (expected) {
      case "guest" -> assertThat(answer).as(what).isEqualTo(GUEST);
      case "guest, or not" ->
          assertThat(answer).as(what).isIn(GUEST, "CN=" + name + ", not verified");
      default -> assertThat(answer).as(what).isEqualTo(expected);
    }
  }

  @Test
  void openSslShouldBeToldTheAuthoritiesAndServedWithWhateverItShows() throws Exception {
    try (TestDoor door = door(auth("want", "file://ca.pem"))) {
      OpenSsl.Result result =
          openSsl.client(door.port(), "-cert", "unknown.pem", "-key", "unknown.key");
      assertThat(result.output()).contains("Acceptable client certificate CA names\nCN = ca");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void stocksTruststoreShouldMeanNeed() throws Exception {
    String stocks =
        "<clientAuth><truststore>file://ca.p12</truststore>"
            + "<truststoreSecret>changeit</truststoreSecret></clientAuth>";
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-importcert",
            "-noprompt",
            "-alias",
            "ca",
            "-file",
            "ca.pem",
            "-keystore",
            "ca.p12",
            "-storepass",
            "changeit")
        .directory(directory.toFile())
        .start()
        .waitFor();
    try (TestDoor door = door(stocks)) {
      assertThat(door.tls().settings().certificateRequired()).isTrue();
      assertThat(answer(door, "good", "TLSv1.3")).isEqualTo("CN=good, verified");
      assertThat(answer(door, "unknown", "TLSv1.3")).isEqualTo("refused");
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, file://ca.pem", "TLSv1.3, file://ca.pem", "TLSv1.2, any", "TLSv1.3, any"})
  void aResumedSessionShouldKeepTheCertificateAndHowFarItIsTrusted(
      String version, String authorities) throws Exception {
    try (TestDoor door = door(auth("need", authorities))) {
      TestClient client = TestClient.having(directory, "ca", "good");
      String first = client.ask(door.port(), HOST, version);
      long created;
      try (SSLSocket socket = client.connect(door.port(), HOST, version)) {
        assertThat(TestClient.ask(socket)).isEqualTo(first).contains("CN=good");
        created = socket.getSession().getCreationTime();
      }
      try (SSLSocket socket = client.connect(door.port(), HOST, version)) {
        assertThat(TestClient.ask(socket)).isEqualTo(first);
        assertThat(socket.getSession().getCreationTime()).as("resumed").isEqualTo(created);
      }
    }
  }

  @Test
  void theFingerprintShouldBeTheOneThatOpenSslPrints() throws Exception {
    String printed = openSsl.run("x509", "-in", "good.pem", "-noout", "-fingerprint", "-sha256");
    ClientCertificate certificate =
        new ClientCertificate(Pem.certificates(openSsl.file("good.pem")), false);
    assertThat(printed.replaceFirst(".*=", "").replace(":", "").strip())
        .isEqualToIgnoringCase(certificate.fingerprint());
  }
}
