/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.smtp.TlsLevel;

class WrittenTlsTest {
  /** Words are parameters, {@code login} a login at a gateway. */
  private static Map<String, String> parameters(String words) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String word : words.split(" ", -1)) {
      String[] parts = word.split("=", 2);
      if (word.equals("login")) {
        parameters.put("gateway", "smart.test");
        parameters.put("gatewayUsername", "relay");
        parameters.put("gatewayPassword", "secret");
      } else if (parts.length == 2) {
        parameters.put(parts[0], parts[1]);
      }
    }
    return parameters;
  }

  private static String reached(String relay, String words) throws Exception {
    SiteSettings settings = Written.settings(relay, parameters(words));
    return settings.tls().name().toLowerCase(Locale.ROOT)
        + (settings.implicitTls() ? " implicit" : "");
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "'', may",
    "startTLS=true, may_verified",
    "startTLS=TRUE, may_verified",
    "startTLS=true verifyServerIdentity=true, may_verified",
    "startTLS=true verifyServerIdentity=false, may",
    "startTLS=true mail.smtp.ssl.trust=*, may",
    "startTLS=true mail.smtp.ssl.checkserveridentity=false, may",
    "startTLS=true verifyServerIdentity=false mail.smtp.ssl.checkserveridentity=true, may_verified",
    "startTLS=true mail.smtp.starttls.enable=false, none",
    "startTLS=false, none",
    "startTLS=false mail.smtp.starttls.enable=true, may_verified",
    "mail.smtp.starttls.required=true, secure",
    "mail.smtp.starttls.required=true verifyServerIdentity=false, encrypt",
    "startTLS=true mail.smtp.starttls.required=false, may_verified",
    "mail.smtp.starttls.required=false, may",
    "verifyServerIdentity=true, may",
    "sslEnable=true, secure implicit",
    "sslEnable=true verifyServerIdentity=false, encrypt implicit",
    "sslEnable=true mail.smtps.ssl.trust=*, encrypt implicit",
    "sslEnable=true mail.smtp.ssl.trust=*, secure implicit",
    "sslEnable=true startTLS=false, secure implicit",
    "sslEnable=false, may",
    "sslEnable=false startTLS=true, may_verified",
    "mail.smtps.ssl.trust=* startTLS=true, may_verified",
    "login, secure",
    "login startTLS=false, secure",
    "login verifyServerIdentity=false, encrypt",
    "login mail.smtp.ssl.trust=*, encrypt",
    "login sslEnable=true, secure implicit",
    "login mail.smtp.starttls.required=false, may",
    "login mail.smtp.starttls.required=false startTLS=true, may_verified",
    "login mail.smtp.starttls.required=false startTLS=false, none",
  })
  void levelShouldBeThatOfStocksParameters(String words, String level) throws Exception {
    assertThat(reached("", words)).isEqualTo(level);
  }

  @Test
  void relayXmlShouldCountForWhatIsNotWritten() throws Exception {
    String secure = "<destinations><default><tls>secure</tls></default></destinations>";
    assertThat(reached(secure, "")).isEqualTo("secure");
    assertThat(reached(secure, "verifyServerIdentity=false")).isEqualTo("secure");
    assertThat(reached(secure, "sslEnable=false")).isEqualTo("secure");
    assertThat(reached(secure, "startTLS=true")).isEqualTo("may_verified");
    assertThat(reached(secure, "startTLS=false")).isEqualTo("none");
  }

  @Test
  void routeWithImplicitTlsShouldKeepItUnlessSslEnableSaysOtherwise() throws Exception {
    String route =
        "<routes><route><smarthosts tls=\"secure\" implicitTls=\"true\"><host>s.test</host>"
            + "</smarthosts></route></routes>";
    assertThat(reached(route, "")).isEqualTo("secure implicit");
    assertThat(reached(route, "startTLS=true")).isEqualTo("may_verified implicit");
    assertThat(reached(route, "startTLS=false")).isEqualTo("may implicit");
    assertThat(reached(route, "sslEnable=false")).isEqualTo("secure");
  }

  @Test
  void passwordShouldGoInClearOnlyWhereThatIsWritten() throws Exception {
    assertThat(Written.settings("", parameters("login")).login().evenInClear()).isFalse();
    assertThat(
            Written.settings("", parameters("login mail.smtp.starttls.required=false"))
                .login()
                .evenInClear())
        .isTrue();
    assertThat(Written.settings("", Map.of("gatewayUsername", "u", "gatewayPassword", "p")).login())
        .as("without a gateway, as in stock")
        .isNull();
    assertThat(Written.settings("", Map.of("gatewayUsername", "u", "gatewayPassword", "p")).tls())
        .isEqualTo(TlsLevel.MAY);
  }
}
