/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Optional;

/** A loader that can tell about a name without loading what it stands for. */
interface NameCheck {
  /** What is wrong with the name, with the nearest right one; empty when it can be loaded. */
  Optional<String> problem(String name);

  /** The full name of the class that the name means; empty when there is none. */
  Optional<String> type(String name);
}
