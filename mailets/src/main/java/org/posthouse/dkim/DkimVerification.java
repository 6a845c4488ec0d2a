/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.posthouse.message.HeaderField;
import org.posthouse.message.StrayLine;

/** The verification of one message, begun by {@link DkimVerifier#begin}. */
public final class DkimVerification {
  private static final Refusal NO_TAGS =
      new Refusal(DkimStatus.NEUTRAL, "signature is no tag list");

  private final SignedFields fields;
  private final SignatureCheck check;
  private final List<Optional<PendingSignature>> pending;
  private final int ignored;

  /**
   * Of all signatures: where a line is no field some see another message (RFC 6376 section 3.8).
   */
  private final Optional<Refusal> refusal;

  DkimVerification(List<HeaderField> header, BodyHashes body, SignatureCheck check, Instant now) {
    this.fields = new SignedFields(header);
    this.check = check;
    List<HeaderField> signatures = fields.named("dkim-signature");
    pending =
        signatures.stream()
            .limit(DkimVerifier.MAX_SIGNATURES)
            .map(line -> SignatureField.read(line, SignatureKind.DKIM))
            .map(read -> read.map(field -> new PendingSignature(field, body, now)))
            .toList();
    ignored = signatures.size() - pending.size();
    refusal = StrayLine.in(header).map(line -> new Refusal(DkimStatus.PERMERROR, line.toString()));
  }

  /** How many signatures are beyond {@link DkimVerifier#MAX_SIGNATURES} and not looked at. */
  public int ignored() {
    return ignored;
  }

  /**
   * Asks the DNS for the keys and says what each signature is worth, from the top. Where a line of
   * the header is no field nothing is asked, and none is worth anything.
   *
   * @throws IllegalStateException before the body is over
   */
  public List<DkimResult> results() {
    return pending.stream()
        .map(
            next ->
                next.map(this::result)
                    .orElseGet(() -> DkimResult.unreadable(refusal.orElse(NO_TAGS))))
        .toList();
  }

  private DkimResult result(PendingSignature signature) {
    return DkimResult.of(
        signature.field(),
        refusal
            .map(Verdict::of)
            .orElseGet(() -> signature.verdict(check, SignatureKind.DKIM, fields)));
  }
}
