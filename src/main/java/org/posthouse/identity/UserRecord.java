/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** A user and its credentials. */
public record UserRecord(UserName name, List<Credential> credentials) {
  public UserRecord {
    credentials = List.copyOf(credentials);
  }

  /** The same without what is expired on that day of UTC; perhaps without any credential. */
  public UserRecord on(LocalDate today) {
    return new UserRecord(name, credentials.stream().filter(c -> !c.isExpired(today)).toList());
  }

  public Optional<Credential> credential(String credentialName) {
    return credentials.stream().filter(c -> c.name().equals(credentialName)).findFirst();
  }
}
