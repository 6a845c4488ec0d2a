/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import org.posthouse.identity.CheckResult;

/**
 * One exchange, from its first response to its end. All text is what base64 hid, which every
 * mechanism here wants to be UTF-8.
 */
public interface SaslExchange {
  /**
   * Begins.
   *
   * @param initial the initial response (RFC 4422 section 3); empty when none came with the command
   */
  Step begin(Optional<String> initial);

  /** Goes on with the client's response to a {@link Step.Challenge}. */
  Step next(String response);

  /**
   * Goes on with the answer to a {@link Step.Check}.
   *
   * @throws IllegalStateException when nothing was asked
   */
  default Step checked(CheckResult result) {
    throw new IllegalStateException("nothing was asked");
  }

  /** Whom the client wants to be, once it has said so. */
  Optional<String> login();
}
