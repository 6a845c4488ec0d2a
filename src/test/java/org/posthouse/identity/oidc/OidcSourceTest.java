/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.identity.CheckResult.Outcome.ACCEPTED;

import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;

/** Against an OpenID provider that a library brings: discovery, keys, tokens, introspection. */
@Timeout(60)
class OidcSourceTest {
  private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
  private static final Map<String, Object> ALICE =
      Map.of(
          "preferred_username",
          "Alice",
          "email",
          "alice@example.org",
          "groups",
          List.of("Sales", "All staff"),
          "realm_access",
          Map.of("roles", List.of("sender")),
          "scope",
          "openid SMTP.Send",
          "department",
          "42");

  private final List<OidcSource> opened = new ArrayList<>();

  @BeforeAll
  static void startProvider() throws Exception {
    PROVIDER.start(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterAll
  static void stopProvider() {
    PROVIDER.shutdown();
  }

  @AfterEach
  void close() {
    opened.forEach(OidcSource::close);
  }

  private static OidcDraft draft() {
    return new OidcDraft(PROVIDER.issuerUrl("example").toString());
  }

  private OidcSource source(OidcDraft draft) {
    OidcSource source = new OidcSource(draft.settings());
    opened.add(source);
    return source;
  }

  private static String token(String issuer, String audience, Map<String, Object> claims) {
    return PROVIDER.issueToken(issuer, "subject-1", audience, claims, 600).serialize();
  }

  private static CheckResult check(OidcSource source, String token, String user) {
    return source.check(token, user).toCompletableFuture().join();
  }

  @Test
  void tokenShouldBecomeAnIdentityWithGroupsAddressesAndAttributes() {
    CheckResult result = check(source(draft()), token("example", "posthouse", ALICE), "");
    assertThat(result.outcome()).as(String.valueOf(result.reason())).isEqualTo(ACCEPTED);
    Identity alice = result.identity();
    assertThat(alice.name()).isEqualTo("alice");
    assertThat(alice.source()).isEqualTo("entra");
    assertThat(alice.groups()).containsExactlyInAnyOrder("sales", "all staff", "sender");
    assertThat(alice.addresses()).containsExactly("alice@example.org");
    assertThat(alice.attributes().get("department")).containsExactly("42");
  }

  @Test
  void userOfTheClientShouldBeTheTokensOwnNameOrAddress() {
    OidcSource source = source(draft());
    String token = token("example", "posthouse", ALICE);
    assertThat(check(source, token, "ALICE").outcome()).isEqualTo(ACCEPTED);
    assertThat(check(source, token, "alice@example.org").outcome()).isEqualTo(ACCEPTED);
    assertThat(check(source, token, "bob")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void tokenOfAnotherIssuerOrForAnotherAudienceShouldBeRejected() {
    OidcSource source = source(draft());
    assertThat(check(source, token("other", "posthouse", ALICE), ""))
        .isEqualTo(CheckResult.REJECTED);
    assertThat(check(source, token("example", "payroll", ALICE), ""))
        .isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void tokenThatIsOverShouldBeRejectedAfterTheSkewOnly() {
    OidcSource source = source(draft());
    String skewed = PROVIDER.issueToken("example", "s", "posthouse", ALICE, -30).serialize();
    String over = PROVIDER.issueToken("example", "s", "posthouse", ALICE, -90).serialize();
    assertThat(check(source, skewed, "").outcome()).isEqualTo(ACCEPTED);
    assertThat(check(source, over, "")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void scopeThatIsRequiredShouldBeThere() {
    OidcDraft draft = draft();
    draft.scope = "SMTP.Send";
    String without = token("example", "posthouse", Map.of("preferred_username", "alice"));
    assertThat(check(source(draft), token("example", "posthouse", ALICE), "").outcome())
        .isEqualTo(ACCEPTED);
    assertThat(check(source(draft), without, "")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void addressThatTheProviderHasNotVerifiedShouldNotCount() {
    OidcDraft draft = draft();
    Map<String, Object> claims = new HashMap<>(ALICE);
    claims.put("email_verified", false);
    String token = token("example", "posthouse", claims);
    assertThat(check(source(draft), token, "").identity().addresses()).isEmpty();
    draft.login = "email";
    assertThat(check(source(draft), token, "")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void tokenWithoutTheClaimOfTheLoginShouldBeRejected() {
    String token = token("example", "posthouse", Map.of("email", "a@b.example"));
    assertThat(check(source(draft()), token, "")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void tokenWithABrokenSignatureShouldBeRejected() {
    String token = token("example", "posthouse", ALICE);
    int dot = token.lastIndexOf('.');
    char first = token.charAt(dot + 1);
    String broken =
        token.substring(0, dot + 1) + (first == 'A' ? 'B' : 'A') + token.substring(dot + 2);
    assertThat(check(source(draft()), broken, "")).isEqualTo(CheckResult.REJECTED);
  }

  @Test
  void introspectionShouldTellWhatATokenIsWorth() throws Exception {
    OidcDraft draft = draft();
    draft.introspection =
        new OidcSettings.Introspection(
            URI.create(draft.issuer + "/introspect"), "posthouse", "s3cret & more");
    draft.login = "sub";
    String active = fetched();
    CheckResult result = check(source(draft), active, "");
    assertThat(result.outcome()).as(String.valueOf(result.reason())).isEqualTo(ACCEPTED);
    assertThat(result.identity().name()).isEqualTo("posthouse");
    assertThat(check(source(draft), "opaque-token", "")).isEqualTo(CheckResult.REJECTED);
    assertThat(draft.introspection.toString()).doesNotContain("s3cret");
  }

  /** A token from the provider's own endpoint, by client credentials. */
  private static String fetched() throws Exception {
    String form =
        "grant_type=client_credentials&client_id=posthouse&client_secret=x&scope="
            + URLEncoder.encode("posthouse", StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(PROVIDER.tokenEndpointUrl("example").toString()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    String answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    return answer.replaceFirst("(?s).*\"access_token\"\\s*:\\s*\"([^\"]*)\".*", "$1");
  }
}
