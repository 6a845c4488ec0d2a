/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.trial.FreePort;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** Mail that goes another way is protected as much as by the first. */
@Timeout(60)
class FallbackTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"may, delivered", "encrypt, deferred", "secure, deferred"})
  void fallbackInClearShouldGetNoMailThatMustBeEncrypted(String tls, String fate) throws Exception {
    try (ScriptedSmtpServer fallback = ScriptedSmtpServer.start(SmtpScript.accepting())) {
      XMLConfiguration relay = new XMLConfiguration();
      String route =
          "<relay><routes><route><smarthosts tls='TLS'><host port='FIRST'>127.0.0.1</host>"
              + "</smarthosts><fallback><host port='OTHER'>127.0.0.1</host></fallback></route>"
              + "</routes></relay>";
      new FileHandler(relay)
          .load(
              new StringReader(
                  route
                      .replace("TLS", tls)
                      .replace("FIRST", "" + FreePort.next())
                      .replace("OTHER", "" + fallback.port())));
      try (DeliveryRig rig = new DeliveryRig(directory, relay)) {
        RemoteDelivery delivery = rig.delivery(Map.of());
        rig.start();
        rig.send(delivery, "a@example.org", "b@next.test");
        Awaitility.await(fate).until(() -> rig.hasLine(fate + " .*"));
        assertThat(fallback.mails()).hasSize(fate.equals("delivered") ? 1 : 0);
      }
    }
  }
}
