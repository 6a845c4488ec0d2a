/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.List;

/** What the DNS says when asked for a key. */
public sealed interface KeyAnswer {
  /**
   * There are records; whether one is of use is for each to say.
   *
   * @param records not empty
   */
  record Found(List<KeyRecord> records) implements KeyAnswer {
    public Found {
      records = List.copyOf(records);
    }
  }

  /** There is none, or nobody could say. */
  record None(Refusal refusal) implements KeyAnswer {}
}
