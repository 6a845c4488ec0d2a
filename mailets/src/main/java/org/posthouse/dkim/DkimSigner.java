/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import org.posthouse.message.HeaderField;

/** Signs messages, each with one or several keys at once. Thread safe. */
public final class DkimSigner {
  private final List<SignatureTerms> signatures;
  private final Clock clock;

  /** The clock gives t=. */
  public DkimSigner(List<SignatureTerms> signatures, Clock clock) {
    this.signatures = List.copyOf(signatures);
    this.clock = clock;
  }

  /**
   * Begins with a message: asks for the hashes of its body. Once the body is written and closed the
   * signing can be asked for its lines.
   *
   * @param fields from the top
   */
  public DkimSigning begin(List<HeaderField> fields, BodyHashes body) {
    return new DkimSigning(fields, body, signatures, clock.instant());
  }

  /**
   * Signs a message as it is.
   *
   * @return the header lines to put on top, from the top, folded, without the line end after them
   * @throws IOException when the body cannot be read
   * @throws GeneralSecurityException when a key cannot sign
   */
  public List<String> sign(List<HeaderField> fields, InputStream body)
      throws IOException, GeneralSecurityException {
    BodyHashes hashes = BodyHashes.received();
    DkimSigning signing = begin(fields, hashes);
    hashes.readAll(body);
    return signing.lines();
  }
}
