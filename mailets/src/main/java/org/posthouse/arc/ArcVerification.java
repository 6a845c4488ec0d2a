/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.PendingSignature;
import org.posthouse.dkim.SignatureCheck;
import org.posthouse.dkim.SignatureField;
import org.posthouse.dkim.SignatureKind;
import org.posthouse.dkim.SignedFields;
import org.posthouse.dkim.Verdict;
import org.posthouse.message.HeaderField;
import org.posthouse.message.StrayLine;

/** The validation of one message's chain, begun by {@link ArcVerifier#begin}. */
public final class ArcVerification {
  private final SignedFields fields;
  private final ArcChain chain;
  private final SignatureCheck check;
  private final Instant now;
  private final List<PendingSignature> messages;
  private final Optional<StrayLine> stray;

  ArcVerification(List<HeaderField> header, BodyHashes body, SignatureCheck check, Instant now) {
    this.fields = new SignedFields(header);
    this.chain = ArcChain.of(fields);
    this.check = check;
    this.now = now;
    this.messages =
        chain.sets().stream().map(set -> new PendingSignature(set.message(), body, now)).toList();
    this.stray = StrayLine.in(header);
  }

  /**
   * Asks the DNS for the keys and says what the chain is worth: nothing, and nobody is asked, where
   * a line of the header is no field.
   *
   * @throws IllegalStateException before the body is over
   */
  public ArcResult result() {
    if (stray.isPresent() && chain.exists()) {
      return ArcResult.fail(chain, stray.get().toString(), false);
    }
    if (chain.problem().isPresent()) {
      return ArcResult.fail(chain, chain.problem().get(), false);
    }
    int last = chain.sets().size();
    if (last == 0) {
      return ArcResult.none();
    }
    Optional<String> claim = wrongClaim();
    if (claim.isPresent()) {
      return ArcResult.fail(chain, claim.get(), false);
    }
    Verdict message = message(last);
    if (!message.isPass()) {
      return failed("message signature", last, message);
    }
    return seals().orElseGet(() -> ArcResult.pass(chain, oldestPass()));
  }

  /**
   * Whether the newest set is right: its message signature, and its seal over all sets below it,
   * whatever these are worth. Only its keys are asked for.
   *
   * @throws IllegalStateException before the body is over
   */
  public boolean isNewestRight() {
    int last = chain.sets().size();
    return last > 0 && message(last).isPass() && seal(last, signed().get(last - 1)).isPass();
  }

  /** The first set finds no chain, all others a chain that passes (RFC 8617 section 5.2, 3). */
  private Optional<String> wrongClaim() {
    if (ArcSet.isMarkedFailed(chain.sets())) {
      return Optional.of("failed before, at i=" + chain.highest());
    }
    for (ArcSet set : chain.sets()) {
      if (!set.chainValidation().equals(set.instance() == 1 ? "none" : "pass")) {
        return Optional.of("wrong cv= at i=" + set.instance());
      }
    }
    return Optional.empty();
  }

  /** The seals from the last on; empty when all are right. */
  private Optional<ArcResult> seals() {
    List<byte[]> signed = signed();
    for (int i = signed.size(); i >= 1; i--) {
      Verdict verdict = seal(i, signed.get(i - 1));
      if (!verdict.isPass()) {
        return Optional.of(failed("seal", i, verdict));
      }
    }
    return Optional.empty();
  }

  /** What each seal signs. */
  private List<byte[]> signed() {
    SealedFields sealed = new SealedFields();
    return chain.sets().stream().map(sealed::add).toList();
  }

  private Verdict seal(int instance, byte[] octets) {
    SignatureField seal = chain.sets().get(instance - 1).seal();
    return seal.problem(now)
        .map(Verdict::of)
        .orElseGet(() -> check.check(seal, SignatureKind.ARC_SEAL, () -> octets));
  }

  private Verdict message(int instance) {
    return messages.get(instance - 1).verdict(check, SignatureKind.ARC_MESSAGE, fields);
  }

  private int oldestPass() {
    for (int i = chain.sets().size() - 1; i >= 1; i--) {
      if (!message(i).isPass()) {
        return i + 1;
      }
    }
    return 0;
  }

  private ArcResult failed(String what, int instance, Verdict verdict) {
    String reason = what + " at i=" + instance + ": " + verdict.reason();
    return ArcResult.fail(chain, reason, verdict.status() == DkimStatus.TEMPERROR);
  }
}
