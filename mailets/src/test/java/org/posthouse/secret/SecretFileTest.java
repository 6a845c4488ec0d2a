/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
  private static final String FIRST = "the-first-secret-of-all";
  private static final String SECOND = "the-second-secret-of-all";

  @TempDir Path folder;

  @Test
  void firstSecretShouldSignAndAllVerify() throws Exception {
    Secrets both = SecretFile.read(file("# ours\n\n" + FIRST + "  \r\n" + SECOND, "rw-------"));
    Secrets old = SecretFile.read(file(SECOND + "\n", "rw-r-----"));
    byte[] code = old.sign(Secrets.HMAC_SHA256, "text");
    assertThat(both.verify(Secrets.HMAC_SHA256, "text", each -> MessageDigest.isEqual(each, code)))
        .isTrue();
    assertThat(both.verify(Secrets.HMAC_SHA256, "text!", each -> MessageDigest.isEqual(each, code)))
        .isFalse();
    assertThat(both.sign(Secrets.HMAC_SHA256, "text")).isNotEqualTo(code);
  }

  @Test
  void codesShouldBeThoseOfTheRfcs() throws Exception {
    // RFC 2202 section 3 and RFC 4231 section 4.3, test case 2.
    Secrets jefe = Secrets.of(java.util.List.of("Jefe"));
    String text = "what do ya want for nothing?";
    assertThat(HexFormat.of().formatHex(jefe.sign(Secrets.HMAC_SHA1, text)))
        .isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    assertThat(HexFormat.of().formatHex(jefe.sign(Secrets.HMAC_SHA256, text)))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw-----w-", "rw------x"})
  void fileThatIsOpenToOthersShouldBeRefused(String permissions) throws Exception {
    Path file = file(FIRST, permissions);
    assertThatThrownBy(() -> SecretFile.read(file)).hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void missingFileShouldNotBeMadeAndTellHow() {
    Path file = folder.resolve("none");
    assertThatThrownBy(() -> SecretFile.read(file))
        .hasMessageContaining("openssl rand -base64 24 > " + file);
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment of some length"})
  void fileWithoutSecretsShouldBeRefused(String text) throws Exception {
    Path file = file(text, "rw-------");
    assertThatThrownBy(() -> SecretFile.read(file)).hasMessageContaining("holds 0 secrets");
  }

  @Test
  void shortManyAndHugeSecretsShouldBeRefused() throws Exception {
    Path tooShort = file(FIRST + "\nshort", "rw-------");
    assertThatThrownBy(() -> SecretFile.read(tooShort))
        .hasMessageContaining("at least 16")
        .hasMessageNotContaining(FIRST);
    Path many = file((FIRST + "\n").repeat(17), "rw-------");
    assertThatThrownBy(() -> SecretFile.read(many)).hasMessageContaining("holds 17 secrets");
    Path huge = file("x".repeat(65_537), "rw-------");
    assertThatThrownBy(() -> SecretFile.read(huge)).hasMessageContaining("larger than 64 KiB");
  }

  private Path file(String text, String permissions) throws Exception {
    Path file = folder.resolve("secrets");
    Files.deleteIfExists(file);
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
