/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CertificateSource;
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
    CertificateSource certificates) {}
