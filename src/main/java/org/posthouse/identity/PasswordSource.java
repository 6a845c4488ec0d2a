/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Knows passwords: the file of users, a directory. */
public interface PasswordSource {
  /**
   * Whether the password is that of the login. An unknown login and a wrong password must not be
   * told apart, by the result or by the time it takes.
   *
   * @param login as the client sent it
   * @return never completed exceptionally; unavailable when the source could not be asked
   */
  CompletionStage<CheckResult> check(String login, String password);

  /**
   * Whether a credential of this source that has opened opens no more. One that is asked for each
   * mail, and so must not wait; a source that cannot tell at once says no.
   *
   * @param credential its name
   * @param verifier what its secret was compared with; null when that is not known
   */
  default boolean isRevoked(
      Identity identity, String credential, @Nullable ScramVerifier verifier) {
    return false;
  }
}
