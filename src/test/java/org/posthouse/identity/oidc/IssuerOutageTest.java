/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.identity.CheckResult.Outcome.ACCEPTED;
import static org.posthouse.identity.CheckResult.Outcome.REJECTED;
import static org.posthouse.identity.CheckResult.Outcome.UNAVAILABLE;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.PlainJWT;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.CheckResult;

/** Keys that are renewed, made up, too many, or not to be had. */
@Timeout(60)
class IssuerOutageTest {
  private final AtomicLong nanos = new AtomicLong();
  private TestIssuer issuer;
  private RSAKey key;
  private OidcDraft draft;
  private OidcSource source;

  @BeforeEach
  void open() throws Exception {
    issuer = new TestIssuer();
    key = issuer.newKey("one");
    issuer.publish();
    draft = new OidcDraft(issuer.url());
    draft.keys = URI.create(issuer.url() + "/keys");
    draft.timeout = Duration.ofSeconds(2);
    source = make();
  }

  private OidcSource make() {
    return new OidcSource(draft.settings(), Clock.systemUTC(), nanos::get);
  }

  @AfterEach
  void close() {
    source.close();
    issuer.close();
  }

  private CheckResult check(String token) {
    return source.check(token, "").toCompletableFuture().join();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void keysShouldBeAskedForOnceAndRenewedWhileThoseAtHandAreUsed() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
    }
    assertThat(issuer.questions).hasValue(1);
    pass(Duration.ofHours(1));
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
    Awaitility.await().untilAtomic(issuer.questions, org.hamcrest.Matchers.is(2));
  }

  @Test
  void aNewKeyShouldBeFoundAndMadeUpOnesNotBeAskedForMoreThanOnceAMinute() throws Exception {
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
    pass(Duration.ofMinutes(2));
    RSAKey fresh = issuer.newKey("two");
    issuer.publish();
    assertThat(check(issuer.token(fresh)).outcome()).isEqualTo(ACCEPTED);
    assertThat(issuer.questions).hasValue(2);

    try (TestIssuer other = new TestIssuer()) {
      for (int i = 0; i < 20; i++) {
        RSAKey madeUp = i == 0 ? other.newKey("x") : key;
        String token =
            issuer.token(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("made-up-" + i).build(),
                new com.nimbusds.jose.crypto.RSASSASigner(madeUp));
        assertThat(check(token).outcome()).isEqualTo(REJECTED);
      }
    }
    assertThat(issuer.questions).hasValue(2);
    pass(Duration.ofMinutes(1));
    check(
        issuer.token(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("again").build(),
            new com.nimbusds.jose.crypto.RSASSASigner(key)));
    assertThat(issuer.questions).hasValue(3);
  }

  @Test
  void anIssuerThatIsDownShouldHarmNobodyWhileItsKeysAreYoung() throws Exception {
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
    issuer.stop();
    pass(Duration.ofHours(23));
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
    pass(Duration.ofHours(1));
    Awaitility.await().until(() -> check(issuer.token(key)).outcome() == UNAVAILABLE);
    issuer.open();
    pass(Duration.ofSeconds(10));
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
  }

  @Test
  void anIssuerThatIsDownFromTheStartShouldBeUnavailableAndNotBeAskedAllTheTime() throws Exception {
    issuer.status = 503;
    for (int i = 0; i < 5; i++) {
      CheckResult result = check(issuer.token(key));
      assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
      assertThat(result.reason()).startsWith("issuer entra: ").contains("503");
    }
    assertThat(issuer.questions).hasValue(1);
    issuer.status = 200;
    pass(Duration.ofSeconds(10));
    assertThat(check(issuer.token(key)).outcome()).isEqualTo(ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"keys\":7}", "<html>", "{\"keys\":[{\"kty\":\"x\"}]}"})
  void answersThatAreNoKeysShouldRejectNobody(String answer) throws Exception {
    issuer.answer = answer.getBytes(UTF_8);
    CheckResult.Outcome outcome = check(issuer.token(key)).outcome();
    // A set whose keys are all of an unknown kind is one without a key for this token.
    assertThat(outcome).isEqualTo(answer.contains("kty") ? REJECTED : UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'issuer':'https://other.example','jwks_uri':'URL/keys'}",
        "{'issuer':'URL','jwks_uri':'http://other.example/keys'}",
        "{'issuer':'URL','jwks_uri':'file:///etc/passwd'}",
        "{'issuer':'URL'}"
      })
  void aDiscoveryDocumentThatCannotBeTrustedShouldLeadNowhere(String document) throws Exception {
    draft.keys = null;
    issuer.answer = document.replace('\'', '"').replace("URL", issuer.url()).getBytes(UTF_8);
    try (OidcSource other = make()) {
      CheckResult result = other.check(issuer.token(key), "").toCompletableFuture().join();
      assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
      assertThat(result.reason()).contains("its discovery document");
    }
    assertThat(issuer.questions).hasValue(1);
  }

  @Test
  void anEndlessAnswerShouldBeCutOff() throws Exception {
    issuer.answer = new byte[3 << 20];
    CheckResult result = check(issuer.token(key));
    assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
    assertThat(result.reason()).contains("larger than 1 MiB");
  }

  @Test
  void aSilentIssuerShouldBeGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      draft.keys = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/keys");
      draft.timeout = Duration.ofMillis(300);
      try (OidcSource other = make()) {
        long begin = System.nanoTime();
        assertThat(other.check(issuer.token(key), "").toCompletableFuture().join().outcome())
            .isEqualTo(UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void onlySignaturesOfThePrivateKeyShouldCount() throws Exception {
    String unsigned = new PlainJWT(issuer.claims()).serialize();
    // The classic: the public key as the secret of a symmetric algorithm.
    String symmetric =
        issuer.token(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
            new MACSigner(key.toPublicJWK().toJSONString().getBytes(UTF_8)));
    for (String token : new String[] {unsigned, symmetric, "a.b.c", "...", "x", "{}", "é"}) {
      assertThat(check(token)).isEqualTo(CheckResult.REJECTED);
    }
    assertThat(check("a".repeat(20_000))).isEqualTo(CheckResult.REJECTED);
    assertThat(issuer.questions).hasValue(0);
  }

  @Test
  void keysMayComeFromAFile(@TempDir Path home) throws Exception {
    draft.keys = null;
    draft.keyFile = Files.write(home.resolve("keys.json"), issuer.answer);
    try (OidcSource other = make()) {
      assertThat(other.check(issuer.token(key), "").toCompletableFuture().join().outcome())
          .isEqualTo(ACCEPTED);
    }
    assertThat(issuer.questions).hasValue(0);
  }

  @Test
  void introspectionShouldRejectWhatIsNotForUsAndRejectNobodyWhenItFails() {
    draft.introspection =
        new OidcSettings.Introspection(URI.create(issuer.url() + "/introspect"), "c", "s3cret");
    try (OidcSource other = make()) {
      assertThat(introspected(other, "{\"active\":false}")).isEqualTo(REJECTED);
      String alice = "{\"active\":true,\"preferred_username\":\"alice\"";
      assertThat(introspected(other, alice + "}")).isEqualTo(REJECTED);
      assertThat(introspected(other, alice + ",\"aud\":\"payroll\"}")).isEqualTo(REJECTED);
      assertThat(introspected(other, alice + ",\"aud\":[\"x\",\"posthouse\"]}"))
          .isEqualTo(ACCEPTED);
      assertThat(introspected(other, alice + ",\"aud\":\"posthouse\",\"exp\":1}"))
          .isEqualTo(REJECTED);
      assertThat(introspected(other, alice + ",\"aud\":\"posthouse\",\"iss\":\"https://x\"}"))
          .isEqualTo(REJECTED);
      assertThat(introspected(other, "{}")).isEqualTo(UNAVAILABLE);
      issuer.status = 401;
      assertThat(introspected(other, "{\"active\":true}")).isEqualTo(UNAVAILABLE);
    }
  }

  private CheckResult.Outcome introspected(OidcSource asked, String answer) {
    issuer.answer = answer.getBytes(UTF_8);
    CheckResult result = asked.check("opaque", "").toCompletableFuture().join();
    assertThat(String.valueOf(result.reason())).doesNotContain("s3cret").doesNotContain("opaque");
    return result.outcome();
  }
}
