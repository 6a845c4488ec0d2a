/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String SALT = Base64.getEncoder().encodeToString(new byte[16]);

  /** RFC 7677 section 3: user "user", password "pencil". */
  @Test
  void verifierShouldConfirmTheExchangeOfRfc7677() throws Exception {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    String authMessage =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    byte[] salted = KeyDerivation.PBKDF2.derive("pencil", salt, 4096);

    ScramVerifier verifier = ScramVerifier.of(salted, salt, 4096);

    byte[] serverSignature = HmacSha256.of(verifier.serverKey(), authMessage.getBytes(UTF_8));
    assertThat(serverSignature)
        .isEqualTo(Base64.getDecoder().decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    byte[] clientSignature = HmacSha256.of(verifier.storedKey(), authMessage.getBytes(UTF_8));
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientSignature[i];
    }
    assertThat(MessageDigest.getInstance("SHA-256").digest(proof)).isEqualTo(verifier.storedKey());
    assertThat(verifier.matches(salted)).isTrue();
  }

  @Test
  void parseShouldReadWhatAsTextWrites() {
    byte[] salt = new byte[16];
    ScramVerifier verifier =
        ScramVerifier.of(KeyDerivation.PBKDF2.derive("secret", salt, 4096), salt, 4096);

    assertThat(ScramVerifier.parse(verifier.asText())).isEqualTo(verifier);
  }

  @Test
  void toStringShouldNotShowKeys() {
    ScramVerifier verifier =
        ScramVerifier.parse("SCRAM-SHA-256$4096:" + SALT + "$" + KEY + ":" + KEY);

    assertThat(verifier.toString()).doesNotContain(KEY).doesNotContain(SALT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "SCRAM-SHA-1$4096:AAAAAAAAAAA=$K:K",
        "SCRAM-SHA-256$4095:SALT$KEY:KEY",
        "SCRAM-SHA-256$999999999:SALT$KEY:KEY",
        "SCRAM-SHA-256$99999999999:SALT$KEY:KEY",
        "SCRAM-SHA-256$4096:AAAA$KEY:KEY",
        "SCRAM-SHA-256$4096:SALT$AAAA:KEY",
        "SCRAM-SHA-256$4096:SALT$KEY:AAAA",
        "SCRAM-SHA-256$4096:SALT$KEY",
        "SCRAM-SHA-256$4096:SALT$KEY:KEY:",
        "SCRAM-SHA-256$4096:A$KEY:KEY"
      })
  void parseShouldRefuse(String template) {
    String text = template.replace("SALT", SALT).replace("KEY", KEY);

    assertThatThrownBy(() -> ScramVerifier.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain(KEY);
  }
}
