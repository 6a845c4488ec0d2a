/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running relay whose certificates, written in our form, are renewed. */
class RenewedCertificateTest {
  @TempDir Path home;

  @Test
  void aRenewedCertificateShouldBeShownWithoutARestart() throws Exception {
    RelayHome.create(home, 1);
    Path tls = home.resolve("conf/tls");
    Path file = home.resolve("conf/smtpserver.xml");
    String text = Files.readString(file);
    int begin = text.indexOf("<privateKey>");
    int end = text.indexOf("</tls>");
    String pair = text.substring(begin, end);
    Files.writeString(
        file,
        text.substring(0, begin)
            + ("<certificate>" + pair + "</certificate>")
            + ("<certificate>" + pair.replace("/tls/", "/ec/") + "</certificate>")
            + text.substring(end));
    Path ec = Files.createDirectories(home.resolve("conf/ec"));
    write(ec, "EC", 256);
    try (RelayProcess relay = RelayProcess.start(home)) {
      try (SmtpDialog open = SmtpDialog.greeted(relay.port("relay")).startTls()) {
        write(tls, "RSA", 3072);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> relay.log().contains("TLS of relay has new certificates: CN=relay.test"));
        open.ask("EHLO client.test", "250");
      }
      try (SmtpDialog next = SmtpDialog.greeted(relay.port("relay")).startTls()) {
        next.ask("EHLO client.test", "250");
      }
      assertThat(relay.log()).contains("(RSA), until ", "(EC), until ");
      assertThat(relay.stop()).isZero();
    }
  }

  private static void write(Path directory, String kind, int bits) throws IOException {
    Instant now = Instant.now();
    TestCertificate.write(
        directory, kind, bits, now.minusSeconds(60), now.plus(Duration.ofDays(60)));
  }
}
