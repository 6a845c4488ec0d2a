/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

/** Whoever waits for his share of something. */
@FunctionalInterface
interface Waiter {
  /** His turn may have come: he asks again if he still wants something. */
  void pump();
}
