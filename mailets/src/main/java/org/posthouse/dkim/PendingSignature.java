/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.time.Instant;
import java.util.Optional;

/** A signature that waits for the hash of its body, or is refused before. */
public final class PendingSignature {
  private final SignatureField field;
  private final Optional<Refusal> refusal;
  private final Optional<BodyHash> hash;

  /** Asks for the hash of the body where the signature has no problem of its own. */
  public PendingSignature(SignatureField field, BodyHashes body, Instant now) {
    this.field = field;
    this.refusal = field.problem(now);
    this.hash = refusal.isPresent() ? Optional.empty() : field.bodyHash(body);
  }

  /** What the signature says. */
  public SignatureField field() {
    return field;
  }

  /**
   * What the signature is worth.
   *
   * @throws IllegalStateException before the body is over
   */
  public Verdict verdict(SignatureCheck check, SignatureKind kind, SignedFields fields) {
    if (refusal.isPresent()) {
      return Verdict.of(refusal.get());
    }
    if (hash.isEmpty()) {
      return Verdict.of(new Refusal(DkimStatus.POLICY, "too many different lengths"));
    }
    Verdict header = check.check(field, kind, () -> field.signedOctets(fields));
    // That the header is right and the body is not tells more than "does not match".
    return header.isPass() ? field.bodyVerdict(hash.get(), header) : header;
  }
}
