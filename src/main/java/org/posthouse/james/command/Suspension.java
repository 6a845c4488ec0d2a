/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.function.Supplier;
import org.apache.james.protocols.api.Response;

/**
 * Makes a session wait while something is looked up elsewhere: what its client sends meanwhile is
 * kept, and is taken up after the reply.
 */
public interface Suspension {
  /** Begins to wait; called while a command is carried out, which then has no reply of its own. */
  void begin();

  /**
   * Ends the wait; from any thread, once.
   *
   * @param conclusion gives the reply on the session's own thread, where it may change the session
   */
  void end(Supplier<Response> conclusion);
}
