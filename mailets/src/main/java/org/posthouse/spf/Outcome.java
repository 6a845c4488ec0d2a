/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import org.jspecify.annotations.Nullable;

/**
 * What the policy of one domain says.
 *
 * @param mechanism that decided, as it is published
 * @param domain whose policy decided
 * @param explanation where its explanation is
 */
record Outcome(
    SpfCode code,
    String mechanism,
    String problem,
    String domain,
    @Nullable MacroString explanation) {
  static Outcome error(SpfCode code, String mechanism, String problem) {
    return new Outcome(code, mechanism, problem, "", null);
  }
}
