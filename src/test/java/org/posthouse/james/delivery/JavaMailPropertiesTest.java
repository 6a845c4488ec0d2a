/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.mailetcontainer.impl.MailetConfigImpl;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.junit.jupiter.api.Test;

class JavaMailPropertiesTest {
  @Test
  void propertiesShouldReachJavaMailUnderTheirOwnNames() throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values)
        .load(
            new StringReader(
                "<mailet><heloName>relay.test</heloName><mail.smtp.ssl.trust>*</mail.smtp.ssl.trust></mailet>"));
    MailetConfigImpl config = new MailetConfigImpl();
    config.setConfiguration(values);
    assertThat(new RemoteDeliveryConfiguration(config, null).createFinalJavaxProperties())
        .containsEntry("mail.smtp.ssl.trust", "*");
  }
}
