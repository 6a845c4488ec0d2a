/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.Locale;

/** What a chain is worth (RFC 8617 section 4.4). */
public enum ArcStatus {
  /** There is no chain. */
  NONE,
  PASS,
  FAIL;

  /** As written in cv= and in Authentication-Results. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
