/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.util.Optional;

/** One thing that there may be too little of. */
interface Shortage {
  /**
   * Measures it.
   *
   * @param already whether it was short at the last look: the end needs more than the beginning did
   * @return what is the matter, for the log; empty when it is not short
   */
  Optional<String> look(boolean already);

  /** For the log, one word. */
  String name();

  /** To a client: the code, and the text with its enhanced status code (RFC 3463). */
  Refusal refusal();
}
