/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.Locale;

/** The results of DMARC (RFC 9989 section 9.2). */
public enum DmarcCode {
  PASS,
  /** There is a record, and nothing that authenticates belongs to the author's domain. */
  FAIL,
  /** The author's domain publishes nothing. */
  NONE,
  /** The DNS could not say now. */
  TEMPERROR,
  /** Nothing can be said, now or later: no single author domain, or a record that is broken. */
  PERMERROR;

  /** As Authentication-Results spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
