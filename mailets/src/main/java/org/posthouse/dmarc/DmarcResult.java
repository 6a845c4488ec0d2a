/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What DMARC says of a message.
 *
 * @param author the author domain that decided, in ASCII and lower case; empty when there is none
 * @param policyDomain where the record is that applies; empty when there is none
 * @param published the policy that the record has for the author domain; {@code NONE} without one
 * @param policy that applies to mail that fails: the published one, or while it is tested (t=y) the
 *     one below
 * @param aligned what belongs to the author domain and passed; empty unless the code is PASS
 * @param record that applies, for those who report; null when there is none
 * @param reason a few words why; empty when it passed
 */
public record DmarcResult(
    DmarcCode code,
    String author,
    String policyDomain,
    Policy published,
    Policy policy,
    List<AuthenticatedIdentifier> aligned,
    @Nullable DmarcRecord record,
    String reason) {
  public DmarcResult {
    aligned = List.copyOf(aligned);
  }

  /** Whether a record applies. */
  public boolean hasPolicy() {
    return record != null;
  }

  static DmarcResult without(DmarcCode code, String author, String reason) {
    return new DmarcResult(code, author, "", Policy.NONE, Policy.NONE, List.of(), null, reason);
  }

  static DmarcResult by(TreeWalk.Found found, Policy published, DmarcCode code, String author) {
    Policy policy = found.record().testing() ? published.oneLevelDown() : published;
    return new DmarcResult(
        code, author, found.domain(), published, policy, List.of(), found.record(), "");
  }

  DmarcResult with(DmarcCode other, List<AuthenticatedIdentifier> those, String why) {
    return new DmarcResult(other, author, policyDomain, published, policy, those, record, why);
  }
}
