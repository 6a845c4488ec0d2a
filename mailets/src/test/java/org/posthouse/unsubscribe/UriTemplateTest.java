/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.unsubscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTemplateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/u?t={token}",
        "HTTPS://example.com:8443/u/{token}?a=b&c=d%20e",
        "https://[2001:db8::1]/{token}"
      })
  void linkShouldHaveTheTokenInItsPlace(String text) {
    assertThat(UriTemplate.https(text).expand("1.x.y")).isEqualTo(text.replace("{token}", "1.x.y"));
  }

  @Test
  void mailtoNeedsNoToken() {
    assertThat(UriTemplate.mailto("mailto:u@example.com").expand("1.x.y"))
        .isEqualTo("mailto:u@example.com");
    assertThat(UriTemplate.mailto("mailto:u@example.com?subject={token}").expand("1.x.y"))
        .isEqualTo("mailto:u@example.com?subject=1.x.y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "http://example.com/{token}; it begins with https:",
        "//example.com/{token}; it begins with https:",
        "https://example.com/u; {token} stands in it once",
        "https://example.com/{token}/{token}; {token} stands in it once",
        "https://example.com/u#{token}; does not reach the server",
        "https:///{token}; ",
        "https:{token}; a host and no login",
        "https://a:b@example.com/{token}; a host and no login",
        "https://{token}.example.com/; a host and no login",
        "https://example.com/a b/{token}; written as %2C, %20",
        "https://example.com/a,b/{token}; written as %2C, %20",
        "https://example.com/>/{token}; written as %2C, %20",
        "https://example.com/\u00e4/{token}; written as %2C, %20",
        "https://example.com/%zz/{token}; "
      })
  void wrongLinksShouldBeRefused(String text, String why) {
    assertThatThrownBy(() -> UriTemplate.https(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why == null ? "" : why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"u@example.com", "mailto:a,b@example.com", "mailto:a@x?b=\r\nBcc: c"})
  void wrongMailtoShouldBeRefused(String text) {
    assertThatThrownBy(() -> UriTemplate.mailto(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
