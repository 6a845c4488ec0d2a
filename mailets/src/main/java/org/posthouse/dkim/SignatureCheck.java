/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.posthouse.dns.Dns;

/** Checks what a signature says by the key that the DNS has for it. */
public final class SignatureCheck {
  /** RFC 8301 section 3.2. */
  private static final int LEAST_BITS = 1024;

  private final KeyLookup keys;
  private final int leastBits;

  /** Keys are asked of this, and must have at least 1024 bits. */
  public SignatureCheck(Dns dns) {
    this(dns, LEAST_BITS);
  }

  SignatureCheck(Dns dns, int leastBits) {
    this.keys = new KeyLookup(dns);
    this.leastBits = leastBits;
  }

  /**
   * Asks for the key and checks the signature by it. Where the DNS has several, one that fits is
   * enough.
   *
   * @param signature one without a problem of its own
   * @param signed gives what was signed
   */
  public Verdict check(SignatureField signature, SignatureKind kind, Supplier<byte[]> signed) {
    KeyAnswer answer = keys.find(signature.domain(), signature.selector());
    return answer instanceof KeyAnswer.Found found
        ? check(found, signature, kind, signed.get())
        : Verdict.of(((KeyAnswer.None) answer).refusal());
  }

  private Verdict check(
      KeyAnswer.Found found, SignatureField signature, SignatureKind kind, byte[] signed) {
    Verdict best = null;
    for (KeyRecord key : found.records()) {
      Verdict verdict = check(key, signature, kind, signed);
      if (verdict.isPass()) {
        return verdict;
      }
      // A key that was tried says more than one that could not be.
      if (best == null || (verdict.status() == DkimStatus.FAIL && best.key() == null)) {
        best = verdict;
      }
    }
    return Objects.requireNonNull(best);
  }

  private Verdict check(
      KeyRecord key, SignatureField signature, SignatureKind kind, byte[] signed) {
    Optional<Refusal> refusal = key.refusal(signature, kind);
    if (refusal.isPresent()) {
      return new Verdict(refusal.get().status(), refusal.get().reason(), key);
    }
    if (signature.algorithm() == SignatureAlgorithm.RSA_SHA256 && key.bits() < leastBits) {
      return new Verdict(DkimStatus.POLICY, "key of only " + key.bits() + " bits", key);
    }
    return isRight(Objects.requireNonNull(key.key()), signature, signed)
        ? new Verdict(DkimStatus.PASS, "", key)
        : new Verdict(DkimStatus.FAIL, "signature does not match", key);
  }

  private static boolean isRight(PublicKey key, SignatureField signature, byte[] signed) {
    SignatureAlgorithm algorithm = Objects.requireNonNull(signature.algorithm());
    try {
      Signature verifier = Signature.getInstance(algorithm.jcaName());
      verifier.initVerify(key);
      verifier.update(algorithm.message(signed));
      return verifier.verify(signature.signature());
    } catch (GeneralSecurityException e) {
      return false; // not of the length or form that such a signature has
    }
  }
}
