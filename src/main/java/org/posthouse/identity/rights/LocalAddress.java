/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address of the relay itself, which takes mail from anyone.
 *
 * @param line in senders.xml, from 1; 0 when unknown
 * @param processor that mail goes to; null when it is forwarded
 * @param forward where mail goes instead; empty when a processor has it
 */
public record LocalAddress(int line, @Nullable String processor, List<String> forward) {
  public LocalAddress {
    forward = List.copyOf(forward);
    if ((processor == null) == forward.isEmpty()) {
      throw new IllegalArgumentException(processor + " " + forward);
    }
  }
}
