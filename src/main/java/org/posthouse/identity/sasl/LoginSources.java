/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.identity.PasswordSource;
import org.posthouse.identity.ScramUsers;
import org.posthouse.identity.TokenSource;

/**
 * Who is asked.
 *
 * @param passwords null where nobody knows passwords
 * @param scram null where SCRAM cannot be done for all who have a password: a client that is
 *     offered it takes it, and does not try PLAIN afterwards
 * @param tokens null where nobody knows tokens
 */
public record LoginSources(
    @Nullable PasswordSource passwords,
    @Nullable ScramUsers scram,
    @Nullable TokenSource tokens,
    Certificates certificates) {
  /** Whose certificate it is. */
  @FunctionalInterface
  public interface Certificates {
    /** Returns at once; the client's own comes first. */
    Optional<Identity> identify(List<X509Certificate> chain);
  }
}
