/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * JSON Web Tokens (RFC 7519, 8725, 9068): what a signature by the issuer says.
 *
 * <p>Only asymmetric algorithms count: with a symmetric one anybody who has the public key could
 * sign.
 */
final class SignedTokens {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final DefaultJWTClaimsVerifier<SecurityContext> claims;

  SignedTokens(OidcSettings settings) {
    JWTClaimsSet.Builder exactly = new JWTClaimsSet.Builder();
    if (!settings.issuer().isEmpty()) {
      exactly.issuer(settings.issuer());
    }
    this.claims =
        new DefaultJWTClaimsVerifier<>(
            settings.audiences().isEmpty() ? null : settings.audiences(),
            exactly.build(),
            Set.of("exp"),
            Collections.emptySet());
    claims.setMaxClockSkew((int) settings.skew().toSeconds());
  }

  /** A token that would be good if its signature were; empty for any other. */
  Optional<SignedJWT> promising(String token) {
    try {
      SignedJWT parsed = SignedJWT.parse(token);
      JWTClaimsSet said = parsed.getJWTClaimsSet();
      if (said == null || !ALGORITHMS.contains(parsed.getHeader().getAlgorithm())) {
        return Optional.empty();
      }
      claims.verify(said, null);
      return Optional.of(parsed);
    } catch (ParseException | BadJWTException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether any of the keys could be the one that signed. */
  static boolean hasKey(SignedJWT token, JWKSet keys) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(token.getHeader());
    return matcher != null && !new JWKSelector(matcher).select(keys).isEmpty();
  }

  /** The claims, when a key of the issuer signed them; empty otherwise. */
  Optional<Map<String, Object>> verified(SignedJWT token, JWKSet keys) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
    processor.setJWTClaimsSetVerifier(claims);
    try {
      return Optional.of(processor.process(token, null).getClaims());
    } catch (BadJOSEException | JOSEException e) {
      return Optional.empty();
    }
  }
}
