/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;

/** Signs with l=, which the signer never does. */
final class LimitedSignature {
  private LimitedSignature() {}

  static String of(String text, int length) throws Exception {
    RawMessage message = RawMessage.of(text);
    byte[] part = message.body().substring(0, length).getBytes(ISO_8859_1);
    SignatureText signature =
        new SignatureText("DKIM-Signature")
            .tag("v", "1")
            .tag("a", "ed25519-sha256")
            .tag("c", "simple/simple")
            .tag("d", "example.com")
            .tag("s", "ed")
            .tag("l", Integer.toString(length))
            .tag("h", "from")
            .tag("bh", base64(BodyHash.newSha256().digest(part)))
            .signature();
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    new SignedFields(message.fields())
        .canonical(List.of("from"), Canonicalization.SIMPLE, null, signed);
    Canonicalization.SIMPLE.field(signature.unsigned(), signed);
    SigningKey key = TestKeys.signing(TestKeys.ED25519);
    byte[] octets = key.sign(key.algorithm().message(signed.toByteArray()));
    return signature.signed(base64(octets)) + "\r\n" + text;
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
