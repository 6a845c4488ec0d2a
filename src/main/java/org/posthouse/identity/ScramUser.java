/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SCRAM server has to know of a user before it knows whether the user is one.
 *
 * @param identity null for nobody: then the salt is a decoy
 * @param parameters names salt and iterations; its keys are not looked at
 * @param credentials those that open; all have the salt and iterations
 * @param expired those that do no more, with the same
 */
public record ScramUser(
    @Nullable Identity identity,
    ScramVerifier parameters,
    List<Credential> credentials,
    List<Credential> expired) {
  public ScramUser {
    credentials = List.copyOf(credentials);
    expired = List.copyOf(expired);
  }
}
