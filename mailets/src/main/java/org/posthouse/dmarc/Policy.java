/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a domain's owner wants done with mail that fails (RFC 9989 section 4.7), mildest first. */
public enum Policy {
  NONE,
  QUARANTINE,
  REJECT;

  /** As records and Authentication-Results spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is left of it while it is tested, by t=y. */
  Policy oneLevelDown() {
    return this == REJECT ? QUARANTINE : NONE;
  }

  static Optional<Policy> of(String value) {
    return Arrays.stream(values()).filter(each -> each.word().equalsIgnoreCase(value)).findFirst();
  }
}
