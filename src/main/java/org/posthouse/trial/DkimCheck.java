/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.PublicKeyRecordRetriever;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.FailException;

/**
 * Whether a message carries a valid signature of the trial's domain, by jDKIM's verifier, which has
 * nothing in common with the signer. The key comes from the trial instead of DNS.
 *
 * @param text what to tell
 */
record DkimCheck(boolean valid, String text) {
  /** The TXT record for {@code SELECTOR._domainkey.DOMAIN} (RFC 6376, 3.6.1). */
  static String record(PublicKey key) {
    return "v=DKIM1; k=rsa; p=" + Base64.getEncoder().encodeToString(key.getEncoded());
  }

  static DkimCheck of(byte[] message, String record) throws IOException {
    PublicKeyRecordRetriever dns = (method, selector, domain) -> List.of(record);
    try {
      List<SignatureRecord> valid = new DKIMVerifier(dns).verify(new ByteArrayInputStream(message));
      if (valid == null || valid.isEmpty()) {
        return new DkimCheck(false, "the message carries no DKIM-Signature");
      }
      SignatureRecord first = valid.get(0);
      String text = "d=%s s=%s".formatted(first.getDToken(), first.getSelector());
      return new DkimCheck(TrialPlan.DOMAIN.contentEquals(first.getDToken()), text);
    } catch (FailException e) {
      return new DkimCheck(false, String.valueOf(e.getMessage()));
    }
  }
}
