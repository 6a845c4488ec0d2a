/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;

/** PLAIN, LOGIN, EXTERNAL, OAUTHBEARER and XOAUTH2. */
class SimpleExchangesTest {
  private static final CheckResult ACCEPTED =
      CheckResult.accepted(Identity.named("alice", "test"), "default");
  private static final String A = "\u0001";

  /** RFC 7628 section 4.1. */
  private static final String BEARER =
      "n,a=user@example.com,"
          + A
          + "host=server.example.com"
          + A
          + "port=143"
          + A
          + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
          + A
          + A;

  private static final String GOOGLE =
      "user=someuser@example.com" + A + "auth=Bearer ya29.vF9dft4q" + A + A;

  private static final Discovery DISCOVERY =
      new Discovery("example_scope", "https://example.com/.well-known/openid-configuration");

  private static TokenExchange bearer() {
    return new TokenExchange(TokenSyntax.OAUTHBEARER, DISCOVERY);
  }

  private static TokenExchange google() {
    return new TokenExchange(TokenSyntax.XOAUTH2, DISCOVERY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"|tim|tanstaaftanstaaf", "tim|tim|tanstaaftanstaaf", "TIM|tim|tanstaaftanstaaf"})
  void plainShouldAskForThePassword(String message) {
    PlainExchange exchange = new PlainExchange();
    assertThat(exchange.begin(Optional.empty())).isEqualTo(Step.Challenge.EMPTY);
    assertThat(exchange.next(message.replace('|', '\0')))
        .isEqualTo(new Step.Check(new Step.PasswordQuestion("tim", "tanstaaftanstaaf")));
    assertThat(exchange.login()).contains("tim");
    assertThat(exchange.checked(ACCEPTED)).isEqualTo(new Step.Success(ACCEPTED));
    assertThat(exchange.checked(CheckResult.REJECTED)).isEqualTo(Step.Failure.REJECTED);
    assertThat(exchange.checked(CheckResult.unavailable("down")))
        .isEqualTo(new Step.Failure(Step.Reason.UNAVAILABLE, "down"));
  }

  @ParameterizedTest
  @CsvSource({
    "Ursel|Kurt|xipj3plmq, NOT_AS_OTHER",
    "Kurt|xipj3plmq,       MALFORMED",
    "||x,                  MALFORMED",
    "|a|b|c,               MALFORMED",
    "'',                   MALFORMED"
  })
  void plainShouldRefuse(String message, Step.Reason reason) {
    assertThat(new PlainExchange().begin(Optional.of(message.replace('|', '\0'))))
        .isEqualTo(new Step.Failure(reason, ""));
  }

  @Test
  void loginShouldAskForNameAndPassword() {
    LoginExchange exchange = new LoginExchange();
    assertThat(exchange.begin(Optional.empty())).isEqualTo(new Step.Challenge("Username:"));
    assertThat(exchange.login()).isEmpty();
    assertThat(exchange.next("alice")).isEqualTo(new Step.Challenge("Password:"));
    assertThat(exchange.next("secret"))
        .isEqualTo(new Step.Check(new Step.PasswordQuestion("alice", "secret")));
    assertThat(new LoginExchange().begin(Optional.of("bob")))
        .isEqualTo(new Step.Challenge("Password:"));
    assertThat(new LoginExchange().begin(Optional.of(""))).isEqualTo(Step.Failure.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"'', true", "alice, true", "ALICE, true", "bob, false"})
  void externalShouldBeForNobodyElse(String authorization, boolean may) {
    Step step =
        new ExternalExchange(Identity.named("Alice", "certificates"))
            .begin(Optional.of(authorization));
    if (may) {
      assertThat(step).isInstanceOf(Step.Success.class);
    } else {
      assertThat(step).isEqualTo(Step.Failure.NOT_AS_OTHER);
    }
  }

  @Test
  void externalShouldKnowWhoItIsFromTheBeginning() {
    ExternalExchange exchange = new ExternalExchange(Identity.named("alice", "certificates"));
    assertThat(exchange.login()).contains("alice");
    assertThat(exchange.begin(Optional.empty())).isEqualTo(Step.Challenge.EMPTY);
    assertThat(exchange.next("a\0b")).isEqualTo(Step.Failure.MALFORMED);
    assertThatThrownBy(() -> exchange.checked(ACCEPTED)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tokensShouldBeAskedForAsTheRfcsWriteThem() {
    assertThat(bearer().begin(Optional.of(BEARER)))
        .isEqualTo(
            new Step.Check(
                new Step.TokenQuestion(
                    "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "user@example.com", BEARER)));
    assertThat(google().begin(Optional.of(GOOGLE)))
        .isEqualTo(
            new Step.Check(
                new Step.TokenQuestion("ya29.vF9dft4q", "someuser@example.com", GOOGLE)));
    assertThat(bearer().begin(Optional.of("n,," + A + "auth=bearer x" + A + A)))
        .isEqualTo(
            new Step.Check(new Step.TokenQuestion("x", "", "n,," + A + "auth=bearer x" + A + A)));
  }

  /** RFC 7628 section 4.3. */
  @Test
  void aTokenThatIsNotGoodShouldBeToldInJsonBeforeItFails() {
    TokenExchange exchange = bearer();
    exchange.begin(Optional.of(BEARER));
    assertThat(exchange.checked(CheckResult.REJECTED))
        .isEqualTo(
            new Step.Challenge(
                "{\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
                    + "\"https://example.com/.well-known/openid-configuration\"}"));
    assertThat(exchange.next(A)).isEqualTo(Step.Failure.REJECTED);
    assertThat(exchange.next(BEARER)).isEqualTo(Step.Failure.REJECTED);
  }

  @Test
  void googlesErrorShouldBeAnsweredByNothing() {
    TokenExchange exchange = google();
    exchange.begin(Optional.of(GOOGLE));
    assertThat(exchange.checked(CheckResult.REJECTED))
        .isEqualTo(
            new Step.Challenge(
                "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"example_scope\"}"));
    assertThat(exchange.next("")).isEqualTo(Step.Failure.REJECTED);
  }

  @Test
  void aClientMayAskWhereToGetAToken() {
    TokenExchange exchange = bearer();
    assertThat(exchange.begin(Optional.of("n,," + A + "auth=" + A + A)))
        .isInstanceOf(Step.Challenge.class);
    assertThat(exchange.next(A)).isEqualTo(Step.Failure.REJECTED);
  }

  @Test
  void anOutageShouldBeNoFailureOfTheToken() {
    TokenExchange exchange = bearer();
    exchange.begin(Optional.of(BEARER));
    assertThat(exchange.checked(CheckResult.unavailable("down")))
        .isEqualTo(new Step.Failure(Step.Reason.UNAVAILABLE, "down"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n,,",
        "n,,^^",
        "n,,^auth=Basic x^^",
        "n,,^auth=Bearer x^",
        "n,,^auth=Bearer x^auth=Bearer y^^",
        "n,a=x=1,^auth=Bearer x^^",
        "p=tls-unique,,^auth=Bearer x^^",
        "n,,^auth=Bearer x y^^",
        "user=a^auth=Bearer x^^"
      })
  void nonsenseShouldBeNoToken(String message) {
    assertThat(bearer().begin(Optional.of(message.replace("^", A))))
        .isEqualTo(Step.Failure.MALFORMED);
  }

  @Test
  void secretsShouldNotBeInAnyText() {
    assertThat(new PlainExchange().begin(Optional.of("\0alice\0secret")).toString())
        .contains("alice")
        .doesNotContain("secret");
    assertThat(google().begin(Optional.of(GOOGLE)).toString()).doesNotContain("ya29");
  }

  @Test
  void mechanismsShouldBeKnownByTheirNamesInAnyCase() {
    assertThat(Mechanism.of("scram-sha-256-plus")).contains(Mechanism.SCRAM_SHA_256_PLUS);
    assertThat(Mechanism.of("CRAM-MD5")).isEmpty();
  }
}
