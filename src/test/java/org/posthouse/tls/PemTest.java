/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemTest {
  private static final String SECRET = "pass word";

  @TempDir Path directory;
  private OpenSsl openSsl;

  @BeforeEach
  void makeAuthority() throws Exception {
    openSsl = new OpenSsl(directory);
    openSsl.authority("ca");
  }

  @ParameterizedTest
  @CsvSource({
    "rsa:2048, pkey -out other, RSA",
    "rsa:2048, rsa -traditional -out other, RSA",
    "rsa:2048, rsa -traditional -aes128 -passout file:secret -out other, RSA",
    "rsa:2048, pkcs8 -topk8 -v2 aes-256-cbc -passout file:secret -out other, RSA",
    "ec:prime256v1, pkey -out other, EC",
    "ec:secp384r1, ec -out other, EC",
    "ec:prime256v1, ec -aes256 -passout file:secret -out other, EC",
    "ec:prime256v1, pkcs8 -topk8 -scrypt -passout file:secret -out other, EC"
  })
  void keysInEachFormShouldBeRead(String kind, String conversion, String type) throws Exception {
    openSsl.issue("ca", "relay", kind, "relay.test", -1, 30);
    Files.writeString(directory.resolve("secret"), SECRET);
    openSsl.run((conversion + " -in relay.key").split(" ", -1));
    boolean encrypted = conversion.contains("-passout");
    assertThat(pair("other", encrypted ? SECRET : "").read())
        .singleElement()
        .satisfies(read -> assertThat(read.key().getAlgorithm()).isEqualTo(type))
        .satisfies(read -> assertThat(read.keyType()).isEqualTo(type));
    if (encrypted) {
      assertThatThrownBy(() -> pair("other", "").read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it is encrypted, and there is no <secret>");
      assertThatThrownBy(() -> pair("other", "wrong").read())
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("wrong")
          .hasMessageContaining("other holds no private key in PEM that can be read");
    }
  }

  private PemFiles pair(String key, String secret) {
    return new PemFiles(openSsl.file(key), openSsl.file("relay.fullchain.pem"), null, secret);
  }

  /** As stock's S/MIME mailets leave the JVM. */
  @Test
  void keysShouldBeTheJdksAlsoWhereBouncyCastleIsInstalled() throws Exception {
    boolean added = Security.addProvider(new BouncyCastleProvider()) > 0;
    try {
      aKeyAfterItsCurveShouldBeRead();
    } finally {
      if (added) {
        Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
      }
    }
  }

  @Test
  void aKeyAfterItsCurveShouldBeRead() throws Exception {
    openSsl.run("ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1");
    assertThat(Files.readString(openSsl.file("sec1"))).contains("EC PARAMETERS");
    assertThat(Pem.key(openSsl.file("sec1"), "").getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void aChainShouldBeTakenFromOneFileOrTwo() throws Exception {
    openSsl.issue("ca", "relay", OpenSsl.EC, "relay.test,*.relay.test", -1, 30);
    PemFiles one =
        new PemFiles(openSsl.file("relay.key"), openSsl.file("relay.fullchain.pem"), null, "");
    PemFiles two =
        new PemFiles(
            openSsl.file("relay.key"), openSsl.file("relay.pem"), openSsl.file("ca.pem"), "");
    assertThat(one.read()).isEqualTo(two.read());
    assertThat(one.read().get(0).chain()).hasSize(2);
    assertThat(one.read().get(0).names()).containsExactlyInAnyOrder("relay.test", "*.relay.test");
    assertThat(one.read().get(0))
        .asString()
        .startsWith("CN=relay for *.relay.test, relay.test (EC), until 20")
        .doesNotContain("PRIVATE");
  }

  @Test
  void secretsShouldNotBeInTheTextOfWhatHoldsThem() {
    assertThat(pair("other", SECRET)).asString().doesNotContain(SECRET);
    assertThat(new KeystoreFile(directory, "JKS", SECRET)).asString().doesNotContain(SECRET);
  }
}
