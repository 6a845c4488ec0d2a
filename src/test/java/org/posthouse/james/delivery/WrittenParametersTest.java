/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.mailetcontainer.impl.MailetConfigImpl;
import org.junit.jupiter.api.Test;

class WrittenParametersTest {
  @Test
  void identityShouldBeTheSameForTheSameParametersOnly() {
    String one = identity(Map.of("gateway", "a.test", "timeout", "1000"));
    assertThat(identity(Map.of("timeout", "1000", "gateway", "a.test"))).isEqualTo(one);
    assertThat(identity(Map.of("timeout", "1001", "gateway", "a.test"))).isNotEqualTo(one);
    assertThat(identity(Map.of("gateway", "a.test"))).isNotEqualTo(one);
    assertThat(identity(Map.of())).isNotEqualTo(one).startsWith("mx/");
  }

  @Test
  void identityShouldBeginWithTheWay() {
    assertThat(identity(Map.of("gateway", "a.test, [2001:db8::1]:26", "gatewayPort", "27")))
        .startsWith("a.test:27,[2001:db8::1]:26/");
    assertThat(identity(Map.of("gateway", "a.test")))
        .startsWith(beforeSlash(identity(Map.of("gateway", "a.test:25"))));
    assertThat(beforeSlash(identity(Map.of("timeout", "1"))))
        .isEqualTo(beforeSlash(identity(Map.of("startTLS", "true"))));
  }

  private static String beforeSlash(String identity) {
    return identity.substring(0, identity.indexOf('/') + 1);
  }

  private static String identity(Map<String, String> parameters) {
    return Written.parameters(parameters).identity();
  }

  @Test
  void propertiesShouldBeReadFromXmlUnderTheirOwnNames() throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values)
        .load(
            new StringReader(
                "<mailet><heloName>relay.test</heloName><mail.smtp.ssl.trust>*</mail.smtp.ssl.trust></mailet>"));
    MailetConfigImpl config = new MailetConfigImpl();
    config.setConfiguration(values);
    assertThat(new WrittenParameters(config, null).javaMail(JavaMailProperty.SSL_TRUST))
        .contains("*");
  }
}
