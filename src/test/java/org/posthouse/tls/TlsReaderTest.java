/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.config.Settings;

class TlsReaderTest {
  @TempDir static Path directory;

  @BeforeAll
  static void makeCertificates() throws Exception {
    OpenSsl openSsl = new OpenSsl(directory);
    openSsl.authority("ca");
    openSsl.issue("ca", "a", OpenSsl.EC, "a.test,both.test", -1, 30);
    openSsl.issue("ca", "b", OpenSsl.EC, "b.test,both.test", -1, 30);
    openSsl.issue("ca", "rsa", OpenSsl.RSA, "a.test", -1, 30);
    openSsl.issue("ca", "old", OpenSsl.EC, "old.test", -30, -1);
    Files.writeString(directory.resolve("empty.pem"), "");
  }

  private record Read(Optional<TlsSettings> tls, String problems, String warnings) {}

  private static Read read(String element) throws Exception {
    Settings door = TestDoor.settings(directory, element);
    Optional<TlsSettings> tls =
        TlsReader.read(door, url -> directory.resolve(url.substring("file://".length())));
    door.end();
    return new Read(tls, door.problems().toString(), door.warnings().toString());
  }

  private static String tls(String inside) {
    return "<tls startTLS='true'>" + inside + "</tls>";
  }

  @Test
  void defaultsShouldBeGood() throws Exception {
    Read read = read(tls(TestDoor.pair("a")));
    assertThat(read.problems()).isEqualTo("[]");
    assertThat(read.warnings()).isEqualTo("[]");
    TlsSettings settings = read.tls().orElseThrow();
    assertThat(settings.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(settings.ciphers())
        .allMatch(Suites::isGood)
        .allMatch(Suites.knownCiphers()::contains);
    assertThat(settings.handshake()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.required()).isFalse();
    assertThat(settings.certificateRequired()).isFalse();
    assertThat(settings.implicit()).isFalse();
  }

  @Test
  void aDoorWithoutTlsShouldHaveNone() throws Exception {
    for (String element :
        new String[] {"", "<tls/>", "<tls>" + TestDoor.pair("absent") + "</tls>"}) {
      assertThat(read(element)).isEqualTo(new Read(Optional.empty(), "[]", "[]"));
    }
  }

  @Test
  void pairsShouldBeTakenInStocksFormAndOurs() throws Exception {
    String rsa = "<certificate>" + TestDoor.pair("rsa") + "</certificate>";
    String b = "<certificate>" + TestDoor.pair("b") + "</certificate>";
    assertThat(read(tls(TestDoor.pair("rsa") + b)).tls().orElseThrow().certificates())
        .isEqualTo(read(tls(rsa + b)).tls().orElseThrow().certificates())
        .hasSize(2);
  }

  @Test
  void everythingWrongShouldBeToldAtOnceWithItsLine() throws Exception {
    Read read =
        read(
            """
            <tls startTLS='true' requird='true'>
            <privateKey>file://b.key</privateKey>
            <certificates>file://a.pem</certificates>
            <certificate><privateKey>file://absent.key</privateKey>
            <certificates>file://empty.pem</certificates></certificate>
            <certificate><privateKey>file://rsa.key</privateKey></certificate>
            <supportedProtocols><protocol>TLS1.3</protocol></supportedProtocols>
            <supportedCipherSuites><cipherSuite>TLS_AES_256_GCM_SHA348</cipherSuite></supportedCipherSuites>
            <clientAuth mode='wants'>
            <authorities>file://absent.pem</authorities></clientAuth>
            <handshakeTimeout>5</handshakeTimeout></tls>
            """);
    assertThat(read.tls()).isEmpty();
    assertThat(read.problems())
        .contains(
            "line 2, <tls>, attribute requird: there is no such attribute",
            "line 3, <tls><privateKey>: the private key does not belong to the certificate",
            "line 5, <tls><certificate><privateKey>: " + directory + "/absent.key does not exist",
            "line 6, <tls><certificate><certificates>: "
                + directory
                + "/empty.pem holds no certificate in PEM that can be read: there is none in it",
            "line 7, <tls><certificate>: it needs <privateKey> and <certificates>",
            "'TLS1.3' is no protocol; did you mean TLSv1.3?",
            "'TLS_AES_256_GCM_SHA348' is no cipher suite; did you mean TLS_AES_256_GCM_SHA384?",
            "line 10, <tls><clientAuth>, attribute mode: 'wants' is none of want, need",
            "line 11, <tls><clientAuth><authorities>: " + directory + "/absent.pem does not exist",
            "<tls><handshakeTimeout>: '5' is no span of time");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<tls required='true'/>|attribute required: there is no TLS without socketTLS or startTLS",
        "<tls><clientAuth/></tls>|<clientAuth>: there are no certificates without TLS",
        "<tls startTLS='true'>@A<certificate>@B</certificate></tls>|<certificates>: both.test has a"
            + " certificate with such a key already, in ",
        "<tls startTLS='true'>@A<clientAuth/><clientAuth/></tls>|<clientAuth>: it is written 2 times",
        "<tls startTLS='true'>@A<clientAuth>maybe</clientAuth></tls>|'maybe' is none of need",
        "<tls startTLS='true'>@A<clientAuth><truststore>file://ca.pem</truststore></clientAuth></tls>"
            + "|<truststore>: D/ca.pem cannot be read as JKS",
        "<tls startTLS='true'><keystore>file://ca.pem</keystore></tls>|<keystore>: D/ca.pem cannot",
        "<tls startTLS='true'>@A<supportedCipherSuites><cipherSuite>TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
            + "</cipherSuite></supportedCipherSuites></tls>|no handshake can succeed with the"
            + " certificate's key, which is of the kind EC",
        "<tls startTLS='true'>@A<supportedProtocols><protocol>SSLv3</protocol></supportedProtocols></tls>"
            + "|no handshake can succeed"
      })
  void badElementsShouldBeRefused(String element, String problem) throws Exception {
    Read read = read(element.replace("@A", TestDoor.pair("a")).replace("@B", TestDoor.pair("b")));
    assertThat(read.problems()).contains(problem.replace("D/", directory + "/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@O|the certificate in D/old.fullchain.pem expired at ",
        "@A<supportedProtocols><protocol>TLSv1.1</protocol><protocol>TLSv1.2</protocol>"
            + "</supportedProtocols>|the JVM has TLSv1.1 switched off",
        "@A<supportedCipherSuites><cipherSuite>TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA</cipherSuite>"
            + "</supportedCipherSuites>|TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA has no forward secrecy",
        "@A<clientAuth/>|<clientAuth>: every public authority is trusted",
        "@A<provider>x</provider>|<provider>: nothing reads it; remove it"
      })
  void whatIsUnwiseShouldBeWarnedOf(String inside, String warning) throws Exception {
    Read read =
        read(tls(inside.replace("@O", TestDoor.pair("old")).replace("@A", TestDoor.pair("a"))));
    assertThat(read.problems()).isEqualTo("[]");
    assertThat(read.warnings()).contains(warning.replace("D/", directory + "/"));
    assertThat(read.tls()).isPresent();
  }

  @Test
  void aKeyThatEverybodyCanReadShouldBeWarnedOf() throws Exception {
    Path open = Files.copy(directory.resolve("a.key"), directory.resolve("open.key"));
    Files.copy(directory.resolve("a.fullchain.pem"), directory.resolve("open.fullchain.pem"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(read(tls(TestDoor.pair("open"))).warnings()).contains("can be read by everybody");
  }
}
