/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.james.message.NastyMessages.message;
import static org.posthouse.james.message.NastyMessages.octets;
import static org.posthouse.james.message.NastyMessages.text;
import static org.posthouse.james.message.NastyMessages.written;

import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.mailets.DKIMSign;
import org.apache.james.server.core.MailImpl;
import org.apache.james.transport.mailets.AddFooter;
import org.apache.james.transport.mailets.RemoveMimeHeader;
import org.apache.james.transport.mailets.SetMimeHeader;
import org.apache.mailet.Mailet;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;

class StockMailetsTest {
  private static final String ORIGINAL =
      String.join(
          "\r\n",
          "From: a@x.org",
          "bcc: hidden@x.org,",
          " other@x.org",
          "Subject: gr\u00fc\u00dfe",
          "X-Odd:  kept ",
          "",
          "body \u00e9",
          "");

  @Test
  void removeMimeHeaderShouldTakeThatHeaderOnly() throws Exception {
    Mailet mailet = new RemoveMimeHeader();
    mailet.init(FakeMailetConfig.builder().setProperty("name", "Bcc").build());
    assertThat(after(mailet, ORIGINAL))
        .isEqualTo(ORIGINAL.replace("bcc: hidden@x.org,\r\n other@x.org\r\n", ""));
  }

  @Test
  void setMimeHeaderShouldAddThatHeaderOnly() throws Exception {
    Mailet mailet = new SetMimeHeader();
    mailet.init(
        FakeMailetConfig.builder().setProperty("name", "X-New").setProperty("value", "1").build());
    assertThat(after(mailet, ORIGINAL))
        .isEqualTo(ORIGINAL.replace("kept \r\n", "kept \r\nX-New: 1\r\n"));
  }

  @Test
  void addFooterShouldChangeTheBodyAndDescribeIt() throws Exception {
    Mailet mailet = new AddFooter();
    mailet.init(FakeMailetConfig.builder().setProperty("text", "the footer").build());
    String original =
        "From: a@x.org\r\nSubject: gr\u00fc\u00dfe\r\nContent-Type: text/plain\r\n\r\nbody\r\n";
    assertThat(after(mailet, original))
        .startsWith("From: a@x.org\r\nSubject: gr\u00fc\u00dfe\r\nContent-Type: text/plain")
        .contains("MIME-Version: 1.0", "body\r\n", "the footer");
  }

  @Test
  void dkimSignShouldAddAVerifiableSignatureOnTop() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    String original =
        "From: a@x.org\r\nSubject: hello\r\nX-Eight: gr\u00fc\u00dfe\r\n\r\nbody \u00e9\r\n";
    String signed = after(signer(keys), original);
    assertThat(signed).startsWith("DKIM-Signature: ").endsWith(original);
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    DKIMVerifier verifier =
        new DKIMVerifier((methods, selector, token) -> List.of("k=rsa; p=" + publicKey));
    List<SignatureRecord> verified = verifier.verify(new ByteArrayInputStream(octets(signed)));
    assertThat(verified).hasSize(1);
  }

  private static Mailet signer(KeyPair keys) throws Exception {
    String pem =
        "-----BEGIN PRIVATE KEY-----\r\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\r\n-----END PRIVATE KEY-----\r\n";
    DKIMSign signer = new DKIMSign();
    signer.init(
        FakeMailetConfig.builder()
            .setProperty(
                "signatureTemplate",
                "v=1; s=sel; d=x.org; h=from:subject; a=rsa-sha256; bh=; b=; c=simple/simple;")
            .setProperty("privateKey", pem)
            .build());
    return signer;
  }

  private static String after(Mailet mailet, String original) throws Exception {
    MailImpl mail = MailImpl.builder().name("m").sender("a@x.org").addRecipient("r@y.org").build();
    RelayMessage message = message(original);
    mail.setMessageNoCopy(message);
    mailet.service(mail);
    assertThat(mail.getMessage()).isSameAs(message);
    assertThat(message.getMessageSize()).isEqualTo(written(message).length);
    return text(written(message));
  }
}
