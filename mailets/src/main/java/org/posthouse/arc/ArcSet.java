/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.List;
import java.util.Optional;
import org.posthouse.dkim.SignatureField;
import org.posthouse.dkim.SignatureKind;
import org.posthouse.message.HeaderField;

/**
 * The three fields that one handler of a message added.
 *
 * @param instance i=, from 1
 * @param results ARC-Authentication-Results
 * @param message ARC-Message-Signature
 * @param seal ARC-Seal
 */
public record ArcSet(
    int instance, HeaderField results, SignatureField message, SignatureField seal) {

  /** Reads the two signatures; empty when one is no tag list. */
  static Optional<ArcSet> read(
      int instance, HeaderField results, HeaderField message, HeaderField seal) {
    Optional<SignatureField> ofMessage = SignatureField.read(message, SignatureKind.ARC_MESSAGE);
    Optional<SignatureField> ofSeal = SignatureField.read(seal, SignatureKind.ARC_SEAL);
    return ofMessage.flatMap(m -> ofSeal.map(s -> new ArcSet(instance, results, m, s)));
  }

  /** Whether the last of the sets says that the chain was broken before it. */
  static boolean isMarkedFailed(List<ArcSet> sets) {
    return !sets.isEmpty() && sets.get(sets.size() - 1).chainValidation().equals("fail");
  }

  /** What that handler says of the chain it received: none, pass or fail if it is well-formed. */
  public String chainValidation() {
    return seal.tags().value("cv").orElse("");
  }

  /** What that handler says of the message: authserv-id and results, folds included. */
  public String authenticationResults() {
    String value = results.value();
    return value.substring(value.indexOf(';') + 1).strip();
  }
}
