/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import org.posthouse.dmarc.AuthenticatedIdentifier;
import org.posthouse.dmarc.AuthenticatedIdentifier.Mechanism;

/**
 * Somebody who may vouch for the author's domain.
 *
 * @param domain of the MAIL FROM identity, or d=
 * @param problem why he does not; empty when he does, or nobody knows
 * @param remedy the record that makes him vouch; empty when there is none
 */
record Voucher(
    Mechanism mechanism, String domain, Standing standing, String problem, String remedy) {
  /** Whether he vouches. */
  enum Standing {
    PASSED,
    UNDECIDED,
    FAILED
  }

  static Voucher passed(Mechanism mechanism, String domain) {
    return new Voucher(mechanism, domain, Standing.PASSED, "", "");
  }

  static Voucher undecided(Mechanism mechanism, String domain) {
    return new Voucher(mechanism, domain, Standing.UNDECIDED, "", "");
  }

  static Voucher failed(Mechanism mechanism, String domain, String problem, String remedy) {
    return new Voucher(mechanism, domain, Standing.FAILED, problem, remedy);
  }

  /** As DMARC takes it; only for one who has not failed. */
  AuthenticatedIdentifier identifier() {
    return standing == Standing.PASSED
        ? AuthenticatedIdentifier.passed(mechanism, domain)
        : AuthenticatedIdentifier.undecided(mechanism, domain);
  }
}
