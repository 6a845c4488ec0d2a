/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;

/** Users whose SCRAM verifiers are known. */
public interface ScramUsers {
  /**
   * The user, or a decoy that is the same each time for the same name, so that nobody learns from
   * it who is a user.
   *
   * @param login as the client sent it
   * @throws IOException when the users cannot be read
   */
  ScramUser find(String login) throws IOException;

  /** A proof was that of this credential. */
  CheckResult accepted(ScramUser user, Credential credential);
}
