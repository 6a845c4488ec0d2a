/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import org.apache.james.jdkim.DKIMSigner;
import org.junit.jupiter.api.Test;

/** Signs with jDKIM's signer, which the relay does not use. */
class DkimCheckTest {
  private static final String MESSAGE = "From: a@trial.example\r\nSubject: x\r\n\r\nbody\r\n";

  @Test
  void ofShouldAcceptASignatureOfTheTrialsDomain() throws Exception {
    KeyPair keys = SelfSigned.rsaKeys();
    String signed = signed(keys, "trial.example");
    assertThat(check(signed, keys).valid()).isTrue();
  }

  @Test
  void ofShouldRefuseAChangedMessage() throws Exception {
    KeyPair keys = SelfSigned.rsaKeys();
    String changed = signed(keys, "trial.example").replace("body", "Body");
    assertThat(check(changed, keys).valid()).isFalse();
  }

  @Test
  void ofShouldRefuseAnotherDomain() throws Exception {
    KeyPair keys = SelfSigned.rsaKeys();
    assertThat(check(signed(keys, "other.example"), keys).valid()).isFalse();
  }

  @Test
  void ofShouldRefuseAnUnsignedMessage() throws Exception {
    KeyPair keys = SelfSigned.rsaKeys();
    assertThat(check(MESSAGE, keys))
        .isEqualTo(new DkimCheck(false, "the message carries no DKIM-Signature"));
  }

  private static DkimCheck check(String message, KeyPair keys) throws Exception {
    return DkimCheck.of(
        message.getBytes(StandardCharsets.ISO_8859_1), DkimCheck.record(keys.getPublic()));
  }

  private static String signed(KeyPair keys, String domain) throws Exception {
    String template =
        "v=1; s=trial; d=" + domain + "; h=from:subject; a=rsa-sha256; bh=; b=; c=relaxed/relaxed";
    DKIMSigner signer = new DKIMSigner(template, keys.getPrivate());
    byte[] octets = MESSAGE.getBytes(StandardCharsets.ISO_8859_1);
    return signer.sign(new ByteArrayInputStream(octets)) + "\r\n" + MESSAGE;
  }
}
