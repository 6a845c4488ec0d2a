/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.PemCertificates;
import org.posthouse.identity.Identity;
import org.posthouse.identity.OpensslAuthority;

/** With certificates that openssl made. */
class ClientCertificatesTest {
  @TempDir static Path home;
  private static Authority ours;
  private static Authority another;
  private static List<X509Certificate> billing;
  private static List<X509Certificate> server;
  private static List<X509Certificate> bare;

  @BeforeAll
  static void issue() throws Exception {
    OpensslAuthority authority = OpensslAuthority.make(home.resolve("ours"));
    OpensslAuthority other = OpensslAuthority.make(home.resolve("other"));
    ours = authority(authority);
    another = authority(other);
    billing =
        authority.issue(
            "billing",
            "/C=DE/O=Example AG/CN=billing",
            "subjectAltName=DNS:Billing.example,DNS:b2.example,email:bill@example.org",
            "extendedKeyUsage=clientAuth");
    server = authority.issue("server", "/CN=server", "extendedKeyUsage=serverAuth");
    bare = authority.issue("bare", "/O=Example AG/CN=two words");
  }

  private static Authority authority(OpensslAuthority made) {
    return new Authority(Set.copyOf(PemCertificates.read(made.certificate())));
  }

  private static Optional<Identity> identify(
      List<X509Certificate> chain, CertificateRule... rules) {
    return new ClientCertificates(List.of(rules)).identify(chain, true);
  }

  private static CertificateRule rule(
      String name, Fingerprint fingerprint, String subject, String san, Authority authority) {
    return new CertificateRule(
        NameTemplate.parse(name),
        Set.of("Applications"),
        fingerprint,
        subject == null ? null : new X500Principal(subject),
        san == null ? null : SubjectAlternative.parse(san),
        authority);
  }

  @Test
  void fingerprintShouldBeAsOpensslShowsIt() throws Exception {
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "x509",
                "-noout",
                "-fingerprint",
                "-sha256",
                "-in",
                home.resolve("ours/billing.pem").toString())
            .start();
    String shown = new String(openssl.getInputStream().readAllBytes(), US_ASCII).strip();
    String digits = shown.substring(shown.indexOf('=') + 1);
    for (String text :
        List.of(digits, "SHA256:" + digits, "sha256:" + digits.replace(":", ""), shown)) {
      CertificateRule rule = rule("billing", Fingerprint.parse(text), null, null, null);
      Identity identity = identify(billing, rule).orElseThrow();
      assertThat(identity.name()).isEqualTo("billing");
      assertThat(identity.groups()).containsExactly("applications");
      assertThat(identify(bare, rule)).isEmpty();
    }
  }

  @Test
  void subjectShouldBeComparedAsANameNotAsText() {
    CertificateRule rule = rule("billing", null, "cn=BILLING, o=example  ag,C=de", null, null);
    assertThat(identify(billing, rule)).isPresent();
    assertThat(identify(bare, rule)).isEmpty();
    assertThat(identify(billing, rule("b", null, "CN=billing", null, null))).isEmpty();
  }

  @Test
  void alternativeNameShouldBeComparedAsAWhole() {
    assertThat(identify(billing, rule("b", null, null, "dns:BILLING.example", null))).isPresent();
    assertThat(identify(billing, rule("b", null, null, "dns:b2.example", null))).isPresent();
    assertThat(identify(billing, rule("b", null, null, "email:bill@example.org", null)))
        .isPresent();
    assertThat(identify(billing, rule("b", null, null, "dns:x.billing.example", null))).isEmpty();
    assertThat(identify(billing, rule("b", null, null, "dns:bill@example.org", null))).isEmpty();
  }

  @Test
  void authorityShouldNameClientsByTheirCertificate() {
    assertThat(identify(billing, rule("{cn}@apps", null, null, null, ours)))
        .map(Identity::name)
        .contains("billing@apps");
    assertThat(identify(billing, rule("{email}", null, null, null, ours)))
        .hasValueSatisfying(
            identity -> assertThat(identity.addresses()).containsExactly("bill@example.org"));
    assertThat(identify(billing, rule("{dns}", null, null, null, ours)))
        .map(Identity::name)
        .contains("billing.example");
    assertThat(identify(billing, rule("{cn}", null, null, null, another))).isEmpty();
  }

  @Test
  void certificateThatLacksTheNameOrHasBlanksInItShouldBeLeftToTheNextRule() {
    CertificateRule byEmail = rule("{email}", null, null, null, ours);
    CertificateRule byName = rule("{cn}", null, null, null, ours);
    CertificateRule rest = rule("somebody", null, null, null, ours);
    assertThat(identify(bare, byEmail)).isEmpty();
    assertThat(identify(bare, byEmail, byName, rest)).map(Identity::name).contains("somebody");
  }

  @Test
  void certificateForServersOrTheAuthorityItselfShouldBeNoClient() {
    CertificateRule rule = rule("{cn}", null, null, null, ours);
    assertThat(identify(server, rule)).isEmpty();
    assertThat(identify(List.copyOf(ours.certificates()), rule)).isEmpty();
    assertThat(identify(List.of(billing.get(0), ours.certificates().iterator().next()), rule))
        .isPresent();
  }

  @Test
  void allThatARuleSaysShouldHold() {
    assertThat(identify(billing, rule("b", null, null, "dns:b2.example", ours))).isPresent();
    assertThat(identify(billing, rule("b", null, null, "dns:b2.example", another))).isEmpty();
  }

  /** Whoever makes a certificate for himself writes into it what he likes. */
  @Test
  void aNameThatNobodyVouchesForShouldProveNothing() {
    CertificateRule named = rule("billing", null, "CN=billing,O=Example AG,C=DE", null, null);
    CertificateRule known = rule("billing", Fingerprint.of(billing.get(0)), null, null, null);

    assertThat(new ClientCertificates(List.of(named)).identify(billing, true)).isPresent();
    assertThat(new ClientCertificates(List.of(named)).identify(billing, false)).isEmpty();
    assertThat(new ClientCertificates(List.of(known)).identify(billing, false)).isPresent();
  }
}
