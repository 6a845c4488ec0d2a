/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.mail.Header;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.mail.smime.SMIMEException;
import org.bouncycastle.mail.smime.SMIMESignedGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.FilesOf;
import org.posthouse.acceptance.TestCertificate;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.dns.SystemDns;
import org.posthouse.faults.Tools;
import org.posthouse.mailets.DkimSign;
import org.posthouse.mailets.KeyTables;

/** DkimSign must leave every octet of our message alone but for the line on top. */
class SignedRelayMessageTest {
  private static KeyPair keys;

  @TempDir static Path home;

  @BeforeAll
  static void writeKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    Files.writeString(
        home.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(
        home.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: a@example.com\r\nSubject: \u00c3\u00a9\r\nX: \u00e9\u00ff\r\n\r\nb\u00e9\r\n",
        "From: a@example.com\r\nRECEIVED: x\r\n\tfolded\r\nreceived :y\r\nSubject:\r\n\r\nbody",
        "From: a@example.com\r\nTo:b@r.example\r\nTo: c@r.example\r\n\r\n\r\n\r\nlate",
        "X-First: one octet\r\nFrom: a@example.com\r\n\r\nx"
      })
  void signingShouldOnlyAddALineOnTop(String text) throws Exception {
    RelayMessage message =
        RelayMessage.of(
            new MimeMessageWrapper(Session.getInstance(new Properties()), new Text(text)));
    String before = written(message);
    String signed = signed(message);
    assertThat(signed).startsWith("DKIM-Signature: ").endsWith(before);
    assertThat(verified(signed)).isOne();
  }

  /** Such a body leaves as it came, to hosts that take BINARYMIME (RFC 3030 section 3). */
  @Test
  void bareLineEndsShouldBeHashedAsTheyLeave() throws Exception {
    String body = "a\rb\0\r\n\r\r\n";
    RelayMessage message =
        RelayMessage.of(
            new MimeMessageWrapper(
                Session.getInstance(new Properties()),
                new Text("From: a@example.com\r\n\r\n" + body)));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(signed(message).replaceAll("\r\n[ \t]", ""))
        .contains("bh=" + Base64.getEncoder().encodeToString(hash))
        .endsWith(body);
  }

  @Test
  void stockMessageShouldBeSignedAsItIsSent() throws Exception {
    MimeMessageWrapper message =
        new MimeMessageWrapper(
            Session.getInstance(new Properties()),
            new Text("From: a@example.com\r\nSubject: \u00e9\r\n\r\nbody\r\n"));
    message.addHeader("X-Edited", "yes");
    assertThat(verified(signed(message))).isOne();
  }

  /** Stock's mailet puts a new message in the place of the mail's, too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\u00c3\u00a9 .\r\n.\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none \r\n\r\n--b\r\n\r\ntwo\r\n--b--\r\n"
      })
  void smimeShouldHoldBeneathDkim(String rest) throws Exception {
    Tools.require("openssl");
    Path pem = Files.createDirectories(home.resolve("smime"));
    TestCertificate.write(pem);
    MailImpl mail = MailImpl.builder().name("m").addRecipient("b@r.example").build();
    mail.setMessageNoCopy(
        RelayMessage.of(
            new MimeMessageWrapper(
                Session.getInstance(new Properties()),
                new Text("From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + rest))));

    new Smime(pem).service(mail);
    dkim().service(mail);

    String signed = written(mail.getMessage());
    assertThat(signed).contains("DKIM-Signature: ", "multipart/signed");
    assertThat(verified(signed)).isOne();
    Path file = Files.writeString(home.resolve("signed.eml"), signed, StandardCharsets.ISO_8859_1);
    assertThat(Tools.run(List.of("openssl", "cms", "-verify", "-noverify", "-in", "" + file)))
        .isZero();
    Files.writeString(file, signed.replace(" .\r\n", " ,\r\n").replace("two", "2"));
    assertThat(Tools.run(List.of("openssl", "cms", "-verify", "-noverify", "-in", "" + file)))
        .as("altered")
        .isNotZero();
  }

  private static final class Smime extends GenericMailet {
    private final SMIMESignedGenerator generator = new SMIMESignedGenerator();

    Smime(Path pem) throws Exception {
      try (InputStream in = Files.newInputStream(pem.resolve("certificate.pem"))) {
        X509Certificate certificate =
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        generator.addSignerInfoGenerator(
            new JcaSimpleSignerInfoGeneratorBuilder()
                .build(
                    "SHA256withRSA", PrivateKeyFile.read(pem.resolve("private.key")), certificate));
      }
    }

    @Override
    public void service(Mail mail) throws MessagingException {
      try {
        MimeMessage before = mail.getMessage();
        MimeBodyPart content = new MimeBodyPart();
        content.setDataHandler(before.getDataHandler());
        content.setHeader("Content-Type", before.getContentType());
        if (before.getEncoding() != null) {
          content.setHeader("Content-Transfer-Encoding", before.getEncoding());
        }
        MimeMultipart parts = generator.generate(content);
        MimeMessage after = new MimeMessage(Session.getInstance(new Properties()));
        for (Header each : Collections.list(before.getAllHeaders())) {
          if (!each.getName().toLowerCase(Locale.ROOT).startsWith("content-")) {
            after.addHeader(each.getName(), each.getValue());
          }
        }
        after.setContent(parts, parts.getContentType());
        after.saveChanges();
        mail.setMessage(after);
      } catch (SMIMEException e) {
        throw new MessagingException("not signed", e);
      }
    }
  }

  private static DkimSign dkim() throws Exception {
    DkimSign mailet = new DkimSign(new FilesOf(home), new SystemDns(), null, new KeyTables());
    mailet.init(
        FakeMailetConfig.builder()
            .mailetName("DkimSign")
            .setProperty("domain", "example.com")
            .setProperty("selector", "s")
            .setProperty("keyFile", "file://key.pem")
            .build());
    return mailet;
  }

  private static String signed(MimeMessageWrapper message) throws Exception {
    MailImpl mail = MailImpl.builder().name("m").addRecipient("b@r.example").build();
    mail.setMessageNoCopy(message);
    dkim().service(mail);
    return written(mail.getMessage());
  }

  private static String written(MimeMessage message) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static int verified(String text) throws Exception {
    String key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    return new DKIMVerifier((methods, selector, token) -> List.of("v=DKIM1; p=" + key))
        .verify(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
        .size();
  }

  private static final class Text implements org.apache.james.server.core.MimeMessageSource {
    private final byte[] octets;

    Text(String text) {
      octets = text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String getSourceId() {
      return "text";
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(octets);
    }

    @Override
    public long getMessageSize() {
      return octets.length;
    }
  }
}
