/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.List;
import org.posthouse.dkim.SignedFields;
import org.posthouse.message.HeaderField;

/**
 * What the chain of a message is worth.
 *
 * @param reason a few words why; empty unless it failed
 * @param temporary whether it failed only because the DNS gave no answer
 * @param sets from instance 1 on; empty when the chain is broken in form or there is none
 * @param oldestPass the lowest instance from which on every message signature is right; 0 when all
 *     are (RFC 8617 section 5.2), and where the chain did not pass
 * @param highest the highest instance that any field claims, 0 when there is none
 */
public record ArcResult(
    ArcStatus status,
    String reason,
    boolean temporary,
    List<ArcSet> sets,
    int oldestPass,
    int highest) {
  public ArcResult {
    sets = List.copyOf(sets);
  }

  /** Whether whoever handled the message last found the chain broken: then nobody adds to it. */
  public boolean isMarkedFailed() {
    return ArcSet.isMarkedFailed(sets);
  }

  /**
   * The result for a message that has been changed since its chain was validated, which the
   * signature of the last set does not survive. A chain that is no longer there is none; one that
   * has come or lost its form since is broken.
   *
   * @param fields from the top, as they are now
   * @param status what the chain was worth as the message came
   */
  public static ArcResult validated(List<HeaderField> fields, ArcStatus status) {
    ArcChain chain = ArcChain.of(new SignedFields(fields));
    if (!chain.exists()) {
      return none();
    }
    if (chain.problem().isPresent()) {
      return fail(chain, chain.problem().get(), false);
    }
    return status == ArcStatus.PASS ? pass(chain, 0) : fail(chain, "failed as it came", false);
  }

  static ArcResult none() {
    return new ArcResult(ArcStatus.NONE, "", false, List.of(), 0, 0);
  }

  static ArcResult pass(ArcChain chain, int oldestPass) {
    return new ArcResult(ArcStatus.PASS, "", false, chain.sets(), oldestPass, chain.highest());
  }

  static ArcResult fail(ArcChain chain, String reason, boolean temporary) {
    return new ArcResult(ArcStatus.FAIL, reason, temporary, chain.sets(), 0, chain.highest());
  }
}
