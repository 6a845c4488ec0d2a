/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.List;
import java.util.Optional;

/** A user and the credentials that let it in; at least one. */
public record UserRecord(UserName name, List<Credential> credentials) {
  public UserRecord {
    credentials = List.copyOf(credentials);
  }

  public Optional<Credential> credential(String credentialName) {
    return credentials.stream().filter(c -> c.name().equals(credentialName)).findFirst();
  }
}
