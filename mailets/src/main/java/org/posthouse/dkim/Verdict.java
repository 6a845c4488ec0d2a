/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import org.jspecify.annotations.Nullable;

/**
 * What came of checking one signature.
 *
 * @param reason a few words; empty when it passed
 * @param key the key that decided; null when none did
 */
public record Verdict(DkimStatus status, String reason, @Nullable KeyRecord key) {
  /** That of a signature that was not even tried. */
  public static Verdict of(Refusal refusal) {
    return new Verdict(refusal.status(), refusal.reason(), null);
  }

  /** Whether the signature is right and accepted. */
  public boolean isPass() {
    return status == DkimStatus.PASS;
  }
}
