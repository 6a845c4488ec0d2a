/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.secret.Secrets;

class UnsubscribeTokenTest {
  private static final Secrets SECRETS = Secrets.of(List.of("a-secret-of-some-length"));
  private static final UnsubscribeToken TOKEN =
      new UnsubscribeToken(20_786, "user@host.example", "news.example.com");

  @Test
  void tokenShouldBeAsTheFormatSays() {
    // printf '20786\nuser@host.example\nnews.example.com' | base64, and openssl dgst of the head
    assertThat(TOKEN.signed(SECRETS))
        .isEqualTo(
            "1.MjA3ODYKdXNlckBob3N0LmV4YW1wbGUKbmV3cy5leGFtcGxlLmNvbQ."
                + "oD5qrrU6VJ79cKuHBHpKWYnkv-_AkjX_miRE1P8ZxVw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user@host.example",
        "\"john smith\"@host.example",
        "a=b+c-d.e_f@host.example",
        "t\u00e4st@\u4e2d.example",
        ""
      })
  void tokenShouldBeReadAsItWas(String recipient) {
    for (String list : List.of("", "news", "a b\tc", "<x>.y")) {
      UnsubscribeToken token = new UnsubscribeToken(0, recipient, list);
      assertThat(UnsubscribeToken.read(token.signed(SECRETS), SECRETS)).contains(token);
      assertThat(token.signed(SECRETS)).matches("[A-Za-z0-9._-]+");
    }
  }

  @Test
  void everyChangeShouldBeRefused() {
    String signed = TOKEN.signed(SECRETS);
    for (int i = 0; i < signed.length(); i++) {
      char other = signed.charAt(i) == 'A' ? 'B' : 'A';
      String changed = signed.substring(0, i) + other + signed.substring(i + 1);
      assertThat(UnsubscribeToken.read(changed, SECRETS)).as(changed).isEmpty();
      assertThat(UnsubscribeToken.read(signed.substring(0, i), SECRETS)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1.", "1..", "1.x", "1.x.", "2.x.y", "1.\u00e4.\u00e4", "...."})
  void hostileTextShouldBeRefused(String text) {
    assertThat(UnsubscribeToken.read(text, SECRETS)).isEmpty();
    assertThat(UnsubscribeToken.read(text + "1.".repeat(100_000), SECRETS)).isEmpty();
  }

  @Test
  void tokenThatIsTooLongShouldBeRefusedThoughItIsOurs() {
    UnsubscribeToken huge = new UnsubscribeToken(1, "u".repeat(2000), "");
    assertThat(UnsubscribeToken.read(huge.signed(SECRETS), SECRETS)).isEmpty();
  }

  @Test
  void olderSecretShouldVerifyAndAnotherNot() {
    Secrets rotated = Secrets.of(List.of("a-newer-secret-is-here", "a-secret-of-some-length"));
    Secrets other = Secrets.of(List.of("a-secret-of-some-lengtH"));
    assertThat(UnsubscribeToken.read(TOKEN.signed(SECRETS), rotated)).contains(TOKEN);
    assertThat(UnsubscribeToken.read(TOKEN.signed(rotated), SECRETS)).isEmpty();
    assertThat(UnsubscribeToken.read(TOKEN.signed(SECRETS), other)).isEmpty();
  }

  @Test
  void lineFeedShouldNotShiftTheParts() {
    assertThatThrownBy(() -> new UnsubscribeToken(1, "a\nb", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UnsubscribeToken(1, "a", "b\nc"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
