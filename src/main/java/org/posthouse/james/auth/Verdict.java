/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;

/**
 * What a source or a hook has found.
 *
 * @param reply what a hook wants the client to be told; null for what there is to say of the result
 */
record Verdict(CheckResult result, @Nullable Response reply) {
  static Verdict of(CheckResult result) {
    return new Verdict(result, null);
  }

  /** The same, with what our sources know of a rejection where hooks know no more. */
  Verdict or(CheckResult ours) {
    return result.equals(CheckResult.REJECTED) ? new Verdict(ours, reply) : this;
  }
}
