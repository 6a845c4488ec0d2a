/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;

/** Verifies the DKIM signatures of messages (RFC 6376 section 6). Thread safe if its DNS is. */
public final class DkimVerifier {
  /** Signatures that are looked at, from the top: each costs a question and a check. */
  public static final int MAX_SIGNATURES = 10;

  private final SignatureCheck check;
  private final Clock clock;

  /** Keys are asked of this; the clock says what has expired. */
  public DkimVerifier(Dns dns, Clock clock) {
    this(new SignatureCheck(dns), clock);
  }

  DkimVerifier(SignatureCheck check, Clock clock) {
    this.check = check;
    this.clock = clock;
  }

  /**
   * Begins with a message: asks for the hashes of its body. Once the body is written and closed the
   * verification can be asked for its results.
   *
   * @param fields from the top
   */
  public DkimVerification begin(List<HeaderField> fields, BodyHashes body) {
    return new DkimVerification(fields, body, check, clock.instant());
  }

  /**
   * Verifies a message as it came.
   *
   * @return one result for each signature looked at, from the top
   * @throws IOException when the body cannot be read
   */
  public List<DkimResult> verify(List<HeaderField> fields, InputStream body) throws IOException {
    BodyHashes hashes = BodyHashes.received();
    DkimVerification verification = begin(fields, hashes);
    hashes.readAll(body);
    return verification.results();
  }
}
