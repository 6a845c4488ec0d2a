/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Collection;
import java.util.Optional;

/** Finds the processor that a configuration means. */
final class ProcessorNames {
  private ProcessorNames() {}

  /**
   * The known name that equals the wanted one, else the one that equals it but for case. Stock
   * lower-cases what is wanted and then looks for exactly that, so {@code myErrors} is never found.
   */
  static Optional<String> find(Collection<String> known, String wanted) {
    String trimmed = wanted.trim();
    if (known.contains(trimmed)) {
      return Optional.of(trimmed);
    }
    return known.stream().filter(trimmed::equalsIgnoreCase).sorted().findFirst();
  }
}
