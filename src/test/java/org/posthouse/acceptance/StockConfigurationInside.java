/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link StockConfigurationTest} runs in a network of its own, where 25, 465, 587 are free.
 */
class StockConfigurationInside {
  /** The password that stock's smtpserver.xml has for conf/keystore. */
  private static final char[] SECRET = "james72laBalle".toCharArray();

  private static NameServer nameServer;
  private static TinySink sink;
  private static RelayProcess relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    InetAddress exchanger = InetAddress.getByName(PrivateNetwork.SINK);
    nameServer = NameServer.ofPrivateNetwork(exchanger);
    sink = new TinySink(exchanger, 25);
    Path conf = Files.createDirectories(home.resolve("conf"));
    for (String file : List.of("mailetcontainer.xml", "smtpserver.xml")) {
      Files.write(conf.resolve(file), stock(file));
    }
    for (String file : List.of("domainlist.xml", "dnsservice.xml")) {
      Files.copy(Path.of("../conf").resolve(file), conf.resolve(file));
    }
    writeKeystore(conf);
    ShippedHome.addUser(conf);
    relay = RelayProcess.launch(PrivateNetwork.inRelaysNamespace(), home).awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    sink.close();
    nameServer.close();
  }

  @Test
  void authenticatedMailOn587ShouldBeRelayed() throws Exception {
    try (SmtpDialog dialog = new SmtpDialog(PrivateNetwork.STRANGER, PrivateNetwork.RELAY, 587)) {
      dialog.expect("220");
      dialog.ask("EHLO client.test", "250");
      dialog.startTls();
      dialog.ask("EHLO client.test", "250");
      String login = "\0" + ShippedHome.USER + "\0" + ShippedHome.PASSWORD;
      dialog.ask(
          "AUTH PLAIN "
              + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)),
          "235");
      dialog.ask("MAIL FROM:<" + ShippedHome.USER + ">", "250");
      dialog.ask("RCPT TO:<friend@remote.example>", "250");
      dialog.ask("DATA", "354");
      dialog.ask(
          "From: "
              + ShippedHome.USER
              + "\r\nSubject: from stock\r\nBcc: x@y.example\r\n\r\nhello\r\n.",
          "250");
    }
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !sink.mails().isEmpty());
    TinySink.Received mail = sink.mails().get(0);
    assertThat(mail.recipients()).containsExactly("friend@remote.example");
    assertThat(mail.data()).contains("Subject: from stock").doesNotContain("Bcc");
  }

  @Test
  void strangerShouldBeRefusedOnEveryPort() throws Exception {
    for (int port : new int[] {25, 465, 587}) {
      try (SmtpDialog dialog =
          new SmtpDialog(PrivateNetwork.STRANGER, PrivateNetwork.RELAY, port)) {
        if (port == 465) {
          dialog.handshake();
        }
        dialog.expect("220");
        dialog.ask("EHLO client.test", "250");
        dialog.ask("MAIL FROM:<spammer@evil.example>", "250");
        dialog.ask("RCPT TO:<victim@remote.example>", "5");
        dialog.ask("DATA", "5");
      }
    }
  }

  private static byte[] stock(String file) throws Exception {
    String resource = "/stock/jpa-smtp-app/" + file;
    try (InputStream in = StockConfigurationInside.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    }
  }

  private static void writeKeystore(Path conf) throws Exception {
    Path pem = Files.createDirectories(conf.resolve("tls"));
    TestCertificate.write(pem);
    Certificate certificate;
    try (InputStream in = Files.newInputStream(pem.resolve("certificate.pem"))) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    String base64 = Files.readString(pem.resolve("private.key")).replaceAll("-----.*", "");
    PrivateKey key =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    KeyStore keystore = KeyStore.getInstance("PKCS12");
    keystore.load(null, SECRET);
    keystore.setKeyEntry("james", key, SECRET, new Certificate[] {certificate});
    try (OutputStream out = Files.newOutputStream(conf.resolve("keystore"))) {
      keystore.store(out, SECRET);
    }
  }
}
