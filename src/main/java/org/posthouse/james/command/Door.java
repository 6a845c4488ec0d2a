/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

/** What commands may ask of a door beside stock's questions. */
public interface Door {
  /** Whether a login gives rights here. */
  boolean takesLogins();
}
