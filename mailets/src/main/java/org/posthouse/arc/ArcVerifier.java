/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.SignatureCheck;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;

/** Validates chains (RFC 8617 section 5.2). Thread safe if its DNS is. */
public final class ArcVerifier {
  private final SignatureCheck check;
  private final Clock clock;

  /** Keys are asked of this; the clock says what has expired. */
  public ArcVerifier(Dns dns, Clock clock) {
    this.check = new SignatureCheck(dns);
    this.clock = clock;
  }

  /**
   * Begins with a message: asks for the hashes of its body. Once the body is written and closed the
   * verification can be asked for its result.
   *
   * @param fields from the top
   */
  public ArcVerification begin(List<HeaderField> fields, BodyHashes body) {
    return new ArcVerification(fields, body, check, clock.instant());
  }

  /**
   * Validates the chain of a message as it came.
   *
   * @throws IOException when the body cannot be read
   */
  public ArcResult verify(List<HeaderField> fields, InputStream body) throws IOException {
    BodyHashes hashes = BodyHashes.received();
    ArcVerification verification = begin(fields, hashes);
    hashes.readAll(body);
    return verification.result();
  }
}
