/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.PooledCheck;
import org.posthouse.identity.TokenSource;
import org.posthouse.identity.VerificationPool;

/**
 * An OpenID provider as a source of identities: its tokens are checked by their signature, or by
 * asking it.
 *
 * <p>A token that is not meant for us, is over, or is not signed is rejected without asking
 * anybody, so that several issuers can stand beside each other and one that is down harms no
 * other's tokens.
 */
public final class OidcSource implements TokenSource, AutoCloseable {
  private static final int MOST_CHARACTERS = 16_384;
  private static final int THREADS = 2;
  private static final int MOST_PENDING = 128;
  private static final CheckResult BUSY =
      CheckResult.unavailable("too many tokens wait to be checked");

  private final OidcSettings settings;
  private final Clock clock;
  private final Claims claims;
  private final SignedTokens tokens;
  private final SigningKeys keys;
  private final IssuerClient client;
  private final VerificationPool pool;
  private final Semaphore room = new Semaphore(MOST_PENDING);

  /** Asks nobody yet. */
  public OidcSource(OidcSettings settings) {
    this(settings, Clock.systemUTC(), System::nanoTime);
  }

  OidcSource(OidcSettings settings, Clock clock, LongSupplier nanoClock) {
    this.settings = settings;
    this.clock = clock;
    this.claims = new Claims(settings);
    this.tokens = new SignedTokens(settings);
    // Of twice the room: each check has one task of its own, and the client's beside it.
    this.pool = new VerificationPool("oidc-" + settings.name(), THREADS, 4 * MOST_PENDING);
    this.client = new IssuerClient(settings.trust(), settings.timeout(), pool);
    this.keys =
        new SigningKeys(new KeySource(settings, client)::fetch, settings.keepKeys(), nanoClock);
  }

  @Override
  public CompletionStage<CheckResult> check(String token, String user) {
    // RFC 6750 section 2.1: b64token is of these.
    if (token.length() > MOST_CHARACTERS || !token.matches("[A-Za-z0-9._~+/=-]+")) {
      return CompletableFuture.completedFuture(CheckResult.REJECTED);
    }
    if (!room.tryAcquire()) {
      return CompletableFuture.completedFuture(BUSY);
    }
    return CompletableFuture.completedFuture(token)
        .thenComposeAsync(given -> claims(given), pool)
        .thenApply(
            found -> found.map(said -> claims.result(said, user)).orElse(CheckResult.REJECTED))
        .exceptionally(this::failed)
        .whenComplete((result, never) -> room.release());
  }

  private CheckResult failed(Throwable failure) {
    Throwable cause = SigningKeys.cause(failure);
    return cause instanceof IOException || cause instanceof TimeoutException
        ? CheckResult.unavailable("issuer " + settings.name() + ": " + cause)
        : PooledCheck.failed(failure);
  }

  /** What a good token says; empty for a bad one. */
  private CompletionStage<Optional<Map<String, Object>>> claims(String token) {
    OidcSettings.Introspection introspection = settings.check().introspection();
    if (introspection != null) {
      String form = "token=" + IssuerClient.encode(token) + "&token_type_hint=access_token";
      return client.post(introspection, form).thenApply(this::active);
    }
    Optional<SignedJWT> signed = tokens.promising(token);
    return signed.isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : keys.current()
            .thenComposeAsync(known -> verified(signed.get(), known), pool)
            .thenCompose(said -> confirmed(token, said));
  }

  private CompletionStage<Optional<Map<String, Object>>> confirmed(
      String token, Optional<Map<String, Object>> said) {
    OidcSettings.Confirmation asked = settings.check().confirmation();
    if (asked == null || said.isEmpty()) {
      return CompletableFuture.completedFuture(said);
    }
    return client
        .confirm(asked, token)
        .thenApply(answer -> said.filter(claims -> agrees(asked, answer, claims)));
  }

  /** As in stock, the answer must name the same login. */
  private boolean agrees(
      OidcSettings.Confirmation asked, Map<String, Object> answer, Map<String, Object> claims) {
    Object login = answer.get(settings.login());
    return (asked.userInfo() || Boolean.TRUE.equals(answer.get("active")))
        && login != null
        && login.equals(claims.get(settings.login()));
  }

  private CompletionStage<Optional<Map<String, Object>>> verified(SignedJWT token, JWKSet known) {
    if (SignedTokens.hasKey(token, known)) {
      return CompletableFuture.completedFuture(tokens.verified(token, known));
    }
    return keys.newerThan(known)
        .thenApplyAsync(
            newer ->
                SignedTokens.hasKey(token, newer)
                    ? tokens.verified(token, newer)
                    : Optional.<Map<String, Object>>empty(),
            pool);
  }

  /** RFC 7662 section 2.2; an audience is required as of a signed token. */
  private Optional<Map<String, Object>> active(Map<String, Object> answer) {
    if (!(answer.get("active") instanceof Boolean active)) {
      throw new CompletionException(new IOException("an answer without \"active\""));
    }
    Object issuer = answer.get("iss");
    Object end = answer.get("exp");
    long now = clock.instant().getEpochSecond();
    Duration skew = settings.skew();
    boolean good =
        active
            && isMeantForUs(answer.get("aud"))
            && (issuer == null || settings.issuer().equals(issuer))
            && (!(end instanceof Number number) || number.longValue() + skew.toSeconds() > now);
    return good ? Optional.of(answer) : Optional.empty();
  }

  private boolean isMeantForUs(@Nullable Object audience) {
    return audience instanceof Collection<?> several
        ? several.stream().anyMatch(each -> settings.audiences().contains(String.valueOf(each)))
        : audience instanceof String one && settings.audiences().contains(one);
  }

  @Override
  public void close() {
    pool.close();
  }
}
