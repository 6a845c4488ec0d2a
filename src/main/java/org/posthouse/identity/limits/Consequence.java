/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

/** What happens to a mail beyond a rate. */
enum Consequence {
  /** 451 or 452 4.7.28: the client tries again. */
  REFUSE_FOR_NOW,
  /** 550 5.7.28: the client gives up. */
  REFUSE,
  /** It is accepted, and waits in the queue until the rate has room for it. */
  HOLD
}
