/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.FilesOf;
import org.posthouse.dns.SystemDns;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.mailets.DkimSign;
import org.posthouse.mailets.KeyTables;

/**
 * What {@link DkimVerificationTest} runs where the only name server is ours: OpenDKIM finds the
 * public key by DNS.
 */
class DkimVerificationInside {
  private static final String HEADER =
      String.join(
          "\r\n",
          "Received: from a by b;",
          "\tnow",
          "From: =?utf-8?q?P=C3=A9?= <a@example.com>",
          "To: b@remote.example,",
          " c@remote.example",
          "Subject:  two   blanks \u00c3\u00a9",
          "Date: Tue, 24 Nov 2026 10:00:00 +0000",
          "X-Odd:no blank\u00ff",
          "MIME-Version: 1.0",
          "");

  @TempDir static Path directory;

  private static NameServer nameServer;

  @BeforeAll
  static void publishKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    Files.writeString(
        directory.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(
        directory.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
    nameServer = NameServer.ofPrivateNetwork(InetAddress.getByName(PrivateNetwork.SINK));
    String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    nameServer.publishText(
        "posthouse._domainkey.example.com",
        List.of("v=DKIM1; k=rsa; p=" + key.substring(0, 200), key.substring(200)));
  }

  @AfterAll
  static void stop() {
    nameServer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n",
        " \t\r\n\r\n",
        "line\r\n",
        "trailing blanks  \t\r\n\r\n\r\n",
        "8-bit: \u00c3\u00a9 \u00ff\r\n",
        ".\r\n..\r\n",
        " \r\n\r\nlate\r\n"
      })
  void signatureShouldVerify(String body) throws Exception {
    assertThat(verify(signed(HEADER + "\r\n" + body))).isEmpty();
  }

  @Test
  void signatureOfLargeMessageShouldVerify() throws Exception {
    byte[] octets = new byte[1 << 20];
    new Random(1).nextBytes(octets);
    assertThat(verify(signed(HEADER + "\r\n" + Base64.getMimeEncoder().encodeToString(octets))))
        .isEmpty();
  }

  @Test
  void changedOrExtendedMessageShouldNotVerify() throws Exception {
    String signed = signed(HEADER + "\r\nbody\r\n");
    assertThat(verify(signed.replace("body", "Body"))).isNotEmpty();
    assertThat(verify("Subject: second\r\n" + signed)).isNotEmpty();
    assertThat(verify("Cc: second@remote.example\r\n" + signed)).isNotEmpty();
  }

  private static String signed(String text) throws Exception {
    MimeMessage message =
        new MimeMessage(
            Session.getInstance(new Properties()),
            new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    DkimSign mailet = new DkimSign(new FilesOf(directory), new SystemDns(), null, new KeyTables());
    mailet.init(
        FakeMailetConfig.builder()
            .mailetName("DkimSign")
            .setProperty("domain", "example.com")
            .setProperty("selector", "posthouse")
            .setProperty("keyFile", directory.resolve("key.pem").toString())
            .build());
    MailImpl mail = MailImpl.builder().name("m").addRecipient("b@remote.example").build();
    mail.setMessageNoCopy(RelayMessage.of(message));
    mailet.service(mail);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    mail.getMessage().writeTo(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static String verify(String message) throws Exception {
    return ForeignVerifiers.openDkim(message.getBytes(StandardCharsets.ISO_8859_1), directory);
  }
}
