/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.DkimVerification;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dkim.SignatureField;
import org.posthouse.dkim.SignatureKind;
import org.posthouse.message.HeaderField;

/**
 * The signatures of some keys that a message has already and that still hold, as of a mail that
 * comes by for the second time. One that is broken does not count: its message was changed since,
 * or somebody else wrote it. The keys are known, so that the DNS is not asked.
 */
public final class OwnSignatures {
  private static final String NAME = "DKIM-Signature";

  private final String domain;
  private final Optional<DkimVerification> verification;

  private OwnSignatures(String domain, Optional<DkimVerification> verification) {
    this.domain = domain;
    this.verification = verification;
  }

  /**
   * Begins with a message; asks for hashes of its body only when it has such a signature.
   *
   * @param domain d= of the keys
   * @param fields from the top
   */
  public static OwnSignatures begin(
      String domain,
      Collection<TableKey> keys,
      List<HeaderField> fields,
      BodyHashes body,
      Clock clock) {
    Map<String, TableKey> bySelector = new HashMap<>();
    keys.forEach(key -> bySelector.put(key.selector(), key));
    boolean some =
        fields.stream()
            .filter(field -> !field.removed() && field.is(NAME))
            .limit(DkimVerifier.MAX_SIGNATURES)
            .anyMatch(field -> isOf(field, domain, bySelector.keySet()));
    return new OwnSignatures(
        domain,
        some ? Optional.of(verifier(domain, keys, clock).begin(fields, body)) : Optional.empty());
  }

  /** Whether a field is a signature by one of these selectors of a domain, right or not. */
  public static boolean isOf(HeaderField field, String domain, Set<String> selectors) {
    return field.is(NAME)
        && SignatureField.read(field, SignatureKind.DKIM)
            .filter(signature -> signature.domain().equals(domain))
            .filter(signature -> selectors.contains(signature.selector()))
            .isPresent();
  }

  /**
   * The selectors of the keys whose signature need not be made again.
   *
   * @throws IllegalStateException before the body is over
   */
  public Set<String> selectors() {
    Set<String> selectors = new HashSet<>();
    verification.map(DkimVerification::results).orElse(List.of()).stream()
        .filter(result -> result.status() == DkimStatus.PASS && result.domain().equals(domain))
        .map(DkimResult::selector)
        .forEach(selectors::add);
    return selectors;
  }

  private static DkimVerifier verifier(String domain, Collection<TableKey> keys, Clock clock) {
    return new DkimVerifier(KnownKeys.of(domain, keys), clock);
  }
}
