/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Private keys as they come in files, and what the DNS has to say of them. */
class KeyFilesTest {
  /** The private and the public key of RFC 8463 appendix A.1 and A.2. */
  private static final String SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

  private static final String ED25519_RECORD =
      "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

  @Test
  void keysShouldBeReadFromFiles(@TempDir Path directory) throws Exception {
    for (KeyPair pair : new KeyPair[] {TestKeys.RSA, TestKeys.ED25519}) {
      Path file = directory.resolve("key.pem");
      String pem = TestKeys.pem("PRIVATE KEY", pair.getPrivate().getEncoded());
      Files.writeString(file, "a comment\n-----BEGIN CERTIFICATE-----\n" + pem);
      assertThat(PrivateKeyFile.read(file)).isEqualTo(pair.getPrivate());
      Files.writeString(file, pem.replace("\n", "\r\n"));
      assertThat(PrivateKeyFile.read(file)).isEqualTo(pair.getPrivate());
    }
  }

  @Test
  void keyInPkcs1ShouldBeRead() throws Exception {
    byte[] pkcs8 = TestKeys.RSA.getPrivate().getEncoded();
    // The octet string inside a 2048-bit PrivateKeyInfo begins after 26 octets.
    String pem = TestKeys.pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
    assertThat(PrivateKeyFile.parse(pem)).isEqualTo(TestKeys.RSA.getPrivate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n",
        "-----BEGIN PRIVATE KEY-----\nA*A\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
      })
  void whatIsNoKeyShouldBeRefused(String pem) {
    assertThatThrownBy(() -> PrivateKeyFile.parse(pem))
        .isInstanceOf(java.security.GeneralSecurityException.class)
        .hasMessageContaining("PEM block");
  }

  @Test
  void encryptedKeyShouldBeNamedWithWhatToDo() {
    String pkcs8 = TestKeys.pem("ENCRYPTED PRIVATE KEY", new byte[9]);
    String pkcs1 =
        TestKeys.pem("RSA PRIVATE KEY", new byte[9])
            .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,3F17\n\n");
    for (String pem : new String[] {pkcs8, pkcs1, pkcs1.replace("\n", "\r\n")}) {
      assertThatThrownBy(() -> PrivateKeyFile.parse(pem))
          .hasMessageContaining("PRIVATE KEY is encrypted, and Posthouse reads keys without a pass")
          .hasMessageContaining("openssl pkey -in KEY -out NEW-KEY");
    }
  }

  @Test
  void otherKeysShouldBeNamed() {
    KeyPair curve = TestKeys.generate("EC", 256);
    assertThatThrownBy(
            () ->
                PrivateKeyFile.parse(TestKeys.pem("PRIVATE KEY", curve.getPrivate().getEncoded())))
        .hasMessageContaining("no key of RSA or Ed25519");
    assertThatThrownBy(() -> TestKeys.signing(curve)).hasMessageContaining("not RSA or Ed25519");
    assertThatThrownBy(() -> PublishedKey.record(curve.getPrivate()))
        .hasMessageContaining("no public key can be told");
    assertThatThrownBy(() -> PublishedKey.record(curve.getPublic()))
        .hasMessageContaining("not RSA or Ed25519");
  }

  @Test
  void shortKeyShouldNotSign() {
    assertThatThrownBy(() -> TestKeys.signing(TestKeys.generate("RSA", 1023)))
        .hasMessageContaining("has 1023 bits, at least 1024 are needed");
    assertThat(TestKeys.signing(TestKeys.generate("RSA", 1024)).algorithm())
        .isEqualTo(SignatureAlgorithm.RSA_SHA256);
  }

  @Test
  void recordShouldBeToldFromThePrivateKey() throws Exception {
    assertThat(PublishedKey.publicKey(TestKeys.RSA.getPrivate()))
        .isEqualTo(TestKeys.RSA.getPublic());
    assertThat(PublishedKey.publicKey(TestKeys.ED25519.getPrivate()))
        .isEqualTo(TestKeys.ED25519.getPublic());
    assertThat(PublishedKey.record(keyOfRfc8463())).isEqualTo(ED25519_RECORD);
    assertThat(PublishedKey.record(TestKeys.RSA.getPrivate())).startsWith("v=DKIM1; k=rsa; p=MII");
  }

  @Test
  void recordShouldBeSplitIntoStrings() throws Exception {
    String record = PublishedKey.record(TestKeys.RSA.getPrivate());
    assertThat(PublishedKey.strings(record))
        .hasSize(2)
        .allSatisfy(string -> assertThat(string).hasSizeLessThanOrEqualTo(255));
    assertThat(String.join("", PublishedKey.strings(record))).isEqualTo(record);
    assertThat(PublishedKey.strings("x".repeat(255))).hasSize(1);
    assertThat(PublishedKey.strings("")).isEmpty();
  }

  private static PrivateKey keyOfRfc8463() throws Exception {
    byte[] info = HexFormat.of().parseHex("302e020100300506032b657004220420");
    return PrivateKeyFile.parse(
        TestKeys.pem("PRIVATE KEY", Der.concat(info, Base64.getDecoder().decode(SEED))));
  }
}
