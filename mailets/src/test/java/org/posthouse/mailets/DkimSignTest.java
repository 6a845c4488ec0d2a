/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.mail.internet.MimeMessage;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.RawMessage;

class DkimSignTest {
  private static final String HEADER =
      String.join(
          "\r\n",
          "Received: from a by b;",
          "\tnow",
          "From: =?utf-8?q?P=C3=A9?= <a@example.com>",
          "To: b@remote.example,",
          " c@remote.example",
          "Subject:  two   blanks ",
          "Date: Tue, 24 Nov 2026 10:00:00 +0000",
          "Message-ID: <1@example.com>",
          "X-Odd:no blank",
          "MIME-Version: 1.0",
          "");
  private static KeyPair keys;

  @TempDir Path home;

  @BeforeAll
  static void generateKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
  }

  @BeforeEach
  void writeKey() throws Exception {
    Files.createDirectories(home.resolve("conf/dkim"));
    KeyFiles.write(
        home.resolve("conf/dkim/private.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "line\r\n",
        "line",
        "trailing blanks  \t\r\n\r\n\r\n",
        "bare\nline\nends\n",
        "a line with 8-bit: \u00c3\u00a9\r\n",
        ".\r\n..\r\n",
        " \r\n\r\nlate\r\n"
      })
  void signatureShouldVerifyAndLeaveTheRestByteForByte(String body) throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\n" + body);
    sign(message, config());
    String written = new String(Messages.written(message), StandardCharsets.ISO_8859_1);
    assertThat(written).startsWith("DKIM-Signature: ").endsWith(HEADER + "\r\n" + body);
    assertThat(verify(asSent(written))).containsExactly(DkimStatus.PASS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", " \t\r\n\r\n", "\n \n"})
  void blankBodyShouldBeHashedAsNothing(String body) throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\n" + body);
    sign(message, config());
    // RFC 6376 section 3.4.4.
    assertThat(message.getHeader("DKIM-Signature")[0])
        .contains("bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  }

  @Test
  void signatureShouldBeFoldedIntoShortLines() throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(message, config().setProperty("headers", "From, Subject"));
    assertThat(message.getHeader("DKIM-Signature")[0].split("\r\n", -1))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(78));
  }

  @Test
  void fieldAddedAfterwardsShouldBreakTheSignature() throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(message, config());
    String written = new String(Messages.written(message), StandardCharsets.ISO_8859_1);
    assertThat(verify(written)).containsExactly(DkimStatus.PASS);
    for (String added : List.of("Subject: forged", "From: x@evil.example", "Cc: y@z.example")) {
      assertThat(verify(added + "\r\n" + written)).containsExactly(DkimStatus.FAIL);
    }
  }

  @Test
  void utf8HeaderShouldBeSigned() throws Exception {
    MimeMessage message = Messages.parse("Subject: \u00c3\u00a9\r\n" + HEADER + "\r\nbody\r\n");
    sign(message, config());
    assertThat(verify(new String(Messages.written(message), StandardCharsets.ISO_8859_1)))
        .containsExactly(DkimStatus.PASS);
  }

  @Test
  void headerOfNoCharsetShouldBeSigned() throws Exception {
    MimeMessage message =
        Messages.parse("From: a@example.com\r\nSubject: \u00e9\u00ff\r\n\r\nbody\r\n");
    sign(message, config().setProperty("headers", "From,Subject"));
    String written = new String(Messages.written(message), StandardCharsets.ISO_8859_1);
    assertThat(written).contains("h=from:from:subject:subject;");
    assertThat(verify(written)).containsExactly(DkimStatus.PASS);
  }

  @Test
  void bodyThatJavaMailMakesShouldBeSigned() throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    message.setText("another\rbody\u00e9", "utf-8");
    sign(message, config());
    String written = new String(Messages.written(message), StandardCharsets.ISO_8859_1);
    assertThat(verify(written.replaceAll("\r(?!\n)", "\r\n"))).containsExactly(DkimStatus.PASS);
  }

  @Test
  void ed25519KeyShouldSign() throws Exception {
    KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path file = home.resolve("ed25519.pem");
    KeyFiles.write(file, pem("PRIVATE KEY", edwards.getPrivate().getEncoded()));
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(message, config().setProperty("keyFile", file.toString()));
    String written = new String(Messages.written(message), StandardCharsets.ISO_8859_1);
    assertThat(verify(written, PublishedKey.record(edwards.getPublic())))
        .containsExactly(DkimStatus.PASS);
  }

  @Test
  void shortKeyShouldBeRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(512);
    KeyFiles.write(
        home.resolve("conf/dkim/private.key"),
        pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded()));
    assertThatThrownBy(() -> mailet(config()))
        .hasMessageContaining("private.key: the key has 512 bits, at least 1024 are needed");
  }

  @Test
  void pkcs1KeyShouldBeReadFromAnAbsolutePath() throws Exception {
    Path file = home.resolve("pkcs1.pem");
    KeyFiles.write(file, pem("RSA PRIVATE KEY", pkcs1(keys.getPrivate().getEncoded())));
    assertThat(PrivateKeyFile.read(file)).isEqualTo(keys.getPrivate());
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(message, config().setProperty("keyFile", file.toString()));
    assertThat(message.getHeader("DKIM-Signature")).hasSize(1);
  }

  @Test
  void relativeKeyFileShouldBeSoughtUnderConf() throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(message, config().setProperty("keyFile", "dkim/private.key"));
    assertThat(message.getHeader("DKIM-Signature")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "pass"})
  void keyThatEverybodyCanReadShouldBeRefused(String whenMissing) throws Exception {
    Path file = home.resolve("conf/dkim/private.key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    assertThatThrownBy(() -> mailet(config().setProperty("whenKeyMissing", whenMissing)))
        .hasMessage(
            "mailet DkimSign: <keyFile> file://conf/dkim/private.key can be read by everybody:"
                + " chmod 600 it");
  }

  @Test
  void missingKeyShouldStopTheStart() {
    assertThatThrownBy(() -> mailet(config().setProperty("keyFile", "file://conf/none.key")))
        .hasMessageContaining("mailet DkimSign: <keyFile> names no file: file://conf/none.key");
  }

  @Test
  void missingKeyShouldPassWhenAllowed() throws Exception {
    MimeMessage message = Messages.parse(HEADER + "\r\nbody\r\n");
    sign(
        message, config().setProperty("keyFile", "none.key").setProperty("whenKeyMissing", "pass"));
    assertThat(message.getHeader("DKIM-Signature")).isNull();
  }

  @Test
  void wrongParametersShouldBeRefused() throws Exception {
    assertThatThrownBy(() -> mailet(config().setProperty("selektor", "x")))
        .hasMessageContaining("did you mean <selector>?");
    assertThatThrownBy(() -> mailet(config().setProperty("whenKeyMissing", "maybe")))
        .hasMessageContaining("<whenKeyMissing> is not 'maybe'. Known are [fail, pass]");
    assertThatThrownBy(() -> mailet(config().setProperty("domain", " ")))
        .hasMessageContaining("<domain> is required");
    assertThatThrownBy(() -> mailet(config().setProperty("domain", "http://example.org/")))
        .hasMessageContaining("<domain> is a name of DNS, not 'http://example.org/'");
    assertThatThrownBy(() -> mailet(config().setProperty("selector", "x".repeat(64))))
        .hasMessageContaining("mailet DkimSign: <selector> is a name of DNS, not 'xxx");
    assertThatThrownBy(() -> mailet(config().setProperty("headers", "From; To")))
        .hasMessageContaining("<headers> is wrong: 'From; To' is no name of a header field");
    Files.writeString(home.resolve("conf/dkim/private.key"), "not a key");
    assertThatThrownBy(() -> mailet(config()))
        .hasMessageContaining("<keyFile> file://conf/dkim/private.key cannot be read");
  }

  private static FakeMailetConfig.Builder config() {
    return FakeMailetConfig.builder()
        .mailetName("DkimSign")
        .setProperty("domain", "example.com")
        .setProperty("selector", "sel")
        .setProperty("keyFile", "file://conf/dkim/private.key");
  }

  private DkimSign mailet(FakeMailetConfig.Builder config) throws Exception {
    DkimSign mailet =
        new DkimSign(
            new TempFiles(home),
            new MemoryDns(),
            new KeptQueues(),
            new KeyTables(),
            Clock.systemUTC());
    mailet.init(config.build());
    return mailet;
  }

  private void sign(MimeMessage message, FakeMailetConfig.Builder config) throws Exception {
    mailet(config)
        .service(
            FakeMail.builder().name("m").recipient("b@r.example").mimeMessage(message).build());
  }

  private static List<DkimStatus> verify(String message) throws Exception {
    return verify(message, PublishedKey.record(keys.getPublic()));
  }

  private static List<DkimStatus> verify(String text, String record) throws Exception {
    MemoryDns dns = new MemoryDns().text("sel._domainkey.example.com", record);
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(dns, Clock.systemUTC())
        .verify(message.fields(), message.open()).stream().map(DkimResult::status).toList();
  }

  /** What SMTP makes of bare line feeds. */
  private static String asSent(String message) {
    return message.replaceAll("(?<!\r)\n", "\r\n");
  }

  private static String pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }

  /** The octet string inside a 2048-bit PrivateKeyInfo begins after 26 octets. */
  private static byte[] pkcs1(byte[] pkcs8) {
    return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
  }
}
