/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.concurrent.Executor;
import org.posthouse.identity.guess.GuessGuard;

/**
 * What all doors' AUTH commands share.
 *
 * @param later for replies that wait
 * @param hookThreads for hooks of extensions, which may block; refuses work rather than queue it
 *     without bound
 * @param turns of clients that are not known
 */
public record AuthParts(
    GuessGuard guard, GuessGuard.Later later, Executor hookThreads, StrangersTurns turns) {

  /**
   * As they are at the start.
   *
   * @param waiting how many checks may wait for a thread
   */
  public static AuthParts of(
      GuessGuard guard, GuessGuard.Later later, Executor hookThreads, int waiting) {
    return new AuthParts(guard, later, hookThreads, new StrangersTurns(waiting / 2));
  }
}
