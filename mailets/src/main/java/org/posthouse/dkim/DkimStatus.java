/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.Locale;

/** What a signature is worth, as RFC 8601 section 2.7.1 names it. */
public enum DkimStatus {
  PASS,
  /** The body or the signed header fields are not what was signed. */
  FAIL,
  /** The field is no signature that can be processed: its syntax, version or algorithm. */
  NEUTRAL,
  /** It may be right, but is not accepted: a short key or SHA-1 (RFC 8301). */
  POLICY,
  /** No key, a key that does not fit, a signature that has expired: asking again is no use. */
  PERMERROR,
  /** The DNS gave no answer: asking again may help. */
  TEMPERROR;

  /** As written in Authentication-Results. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
