/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.time.Clock;
import java.util.List;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.message.HeaderField;

/**
 * Adds sets to chains (RFC 8617 section 5.1). Of the terms d=, s=, the key, the canonical forms,
 * the fields, the timestamp and the expiry count. Thread safe.
 */
public final class ArcSealer {
  private final SignatureTerms terms;
  private final String authservId;
  private final Clock clock;
  private final boolean folded;

  /**
   * @param terms whose fields name neither ARC-Seal nor, so that later handlers may change them,
   *     Authentication-Results
   * @param authservId who says the results (RFC 8601 section 2.5)
   */
  public ArcSealer(SignatureTerms terms, String authservId, Clock clock) {
    this(terms, authservId, clock, true);
  }

  /**
   * @param folded whether signatures are; the published suite has them on one line, which matters
   *     to the seals over them
   */
  ArcSealer(SignatureTerms terms, String authservId, Clock clock, boolean folded) {
    if (terms.fields().names().contains("arc-seal")) {
      throw new IllegalArgumentException("a message signature does not cover ARC-Seal");
    }
    this.terms = terms;
    this.authservId = authservId;
    this.clock = clock;
    this.folded = folded;
  }

  /**
   * Begins with a message: asks for the hash of its body. Once the body is written and closed the
   * sealing can be asked for its lines.
   *
   * @param fields from the top
   */
  public ArcSealing begin(List<HeaderField> fields, BodyHashes body) {
    return new ArcSealing(fields, body, terms, authservId, clock.instant(), folded);
  }
}
