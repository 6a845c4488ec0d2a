/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What identities.xml says of an issuer of tokens.
 *
 * @param name of the source
 * @param issuer as its tokens name it in {@code iss}; empty for any whose keys have signed
 * @param audiences one of which a token must be meant for, {@code aud}; none for any
 * @param check how a token is checked
 * @param login the claim that names the identity
 * @param groups claims that hold names of groups
 * @param addresses claims that hold mail addresses
 * @param scope that a token must have; null for any
 * @param attributes claims that are kept
 * @param skew by which clocks may differ
 * @param timeout for each answer of the issuer
 * @param keepKeys how long keys are used that the issuer does not confirm
 * @param trust TLS towards it
 */
public record OidcSettings(
    String name,
    String issuer,
    Set<String> audiences,
    Check check,
    String login,
    List<String> groups,
    List<String> addresses,
    @Nullable String scope,
    List<String> attributes,
    Duration skew,
    Duration timeout,
    Duration keepKeys,
    SSLContext trust) {
  public OidcSettings {
    audiences = Set.copyOf(audiences);
    groups = List.copyOf(groups);
    addresses = List.copyOf(addresses);
    attributes = List.copyOf(attributes);
  }

  /**
   * Reads a file of keys, to see whether it can be used.
   *
   * @throws IllegalArgumentException when it cannot; the message says why
   */
  public static void requireKeys(Path file) {
    JWKSet unused = KeySource.read(file);
  }

  /**
   * How a token is checked: by its signature, when there is no introspection.
   *
   * @param keys where the issuer's keys are; null for what its discovery document says
   * @param keyFile a file with them instead; null for none
   * @param confirmation who must confirm what a signature says; null for nobody
   */
  public record Check(
      @Nullable URI keys,
      @Nullable Path keyFile,
      @Nullable Introspection introspection,
      @Nullable Confirmation confirmation) {
    /** What nobody has to confirm. */
    public Check(
        @Nullable URI keys, @Nullable Path keyFile, @Nullable Introspection introspection) {
      this(keys, keyFile, introspection, null);
    }
  }

  /**
   * Where stock asks once more about a token with a good signature.
   *
   * @param userInfo whether it is the endpoint of OpenID Connect Core 1.0 section 5.3, which the
   *     token itself opens; else one of RFC 7662
   * @param authorization the field of that name of the request to the other; null for none
   */
  public record Confirmation(URI endpoint, boolean userInfo, @Nullable String authorization) {
    /** Without the secret, so that no log holds it. */
    @Override
    public String toString() {
      return endpoint.toString();
    }
  }

  /** Where the issuer tells what a token is worth (RFC 7662), and who asks. */
  public record Introspection(URI endpoint, String client, String secret) {
    /** Without the secret, so that no log holds it. */
    @Override
    public String toString() {
      return client + " at " + endpoint;
    }
  }
}
