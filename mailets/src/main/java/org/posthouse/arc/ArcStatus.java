/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a chain is worth (RFC 8617 section 4.4). */
public enum ArcStatus {
  /** There is no chain. */
  NONE,
  PASS,
  FAIL;

  /** Of a word in lower case; empty for one that is no such status. */
  public static Optional<ArcStatus> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
  }

  /** As written in cv= and in Authentication-Results. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
