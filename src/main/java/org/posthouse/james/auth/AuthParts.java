/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.posthouse.identity.guess.GuessGuard;

/**
 * What all doors' AUTH commands share.
 *
 * @param later for replies that wait
 * @param hookThreads for hooks of extensions, which may block; refuses work rather than queue it
 *     without bound
 * @param turns for checks of logins from places where they were never right: half of what may wait
 *     for a thread, so that guesses of a crowd leave room for logins from known places
 */
public record AuthParts(
    GuessGuard guard, GuessGuard.Later later, Executor hookThreads, Semaphore turns) {

  /**
   * As they are at the start.
   *
   * @param waiting how many checks may wait for a thread
   */
  public static AuthParts of(
      GuessGuard guard, GuessGuard.Later later, Executor hookThreads, int waiting) {
    return new AuthParts(guard, later, hookThreads, new Semaphore(waiting / 2));
  }
}
