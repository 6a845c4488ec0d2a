/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.Locale;

/** The results of check_host() (RFC 7208 section 2.6). */
public enum SpfCode {
  /** There is no domain to check, or it publishes no policy. */
  NONE,
  /** The domain says nothing of this host. */
  NEUTRAL,
  PASS,
  FAIL,
  SOFTFAIL,
  /** The DNS could not say now. */
  TEMPERROR,
  /** The published policy cannot be read or asks for too much. */
  PERMERROR;

  /** As header fields spell it: in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
