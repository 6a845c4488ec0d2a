/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dmarc.AuthenticatedIdentifier.Mechanism;
import org.posthouse.dns.ScriptedDns;
import org.posthouse.message.HeaderField;
import org.xbill.DNS.Type;

/** The cases of cases.csv in the zone of zone.txt. */
class DmarcTest {
  private final ScriptedDns dns = zone();

  /** Lines of a name and {@code exists}, {@code servfail}, {@code silent} or the text of a TXT. */
  private static ScriptedDns zone() {
    ScriptedDns dns = new ScriptedDns();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(DmarcTest.class.getResourceAsStream("zone.txt")),
                StandardCharsets.US_ASCII))) {
      lines
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(line -> add(dns, line.split(" +", 2)));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return dns;
  }

  private static void add(ScriptedDns dns, String[] line) {
    switch (line[1]) {
      case "exists" -> dns.withEmpty(line[0]);
      case "servfail" -> dns.failing(line[0]);
      case "silent" -> dns.silent(line[0]);
      default -> dns.withTxt(line[0], line[1]);
    }
  }

  /** Words such as {@code spf:a.example} and, for one that is undecided, {@code dkim?b.example}. */
  private static List<AuthenticatedIdentifier> identifiers(String words) {
    return Arrays.stream(words.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(
            word -> {
              String[] parts = word.split("[:?]", 2);
              Mechanism mechanism = parts[0].equals("spf") ? Mechanism.SPF : Mechanism.DKIM;
              return word.contains("?")
                  ? AuthenticatedIdentifier.undecided(mechanism, parts[1])
                  : AuthenticatedIdentifier.passed(mechanism, parts[1]);
            })
        .toList();
  }

  private static AuthorDomains authors(String domains) {
    return AuthorDomains.of(
        List.of(HeaderField.of("From: a@" + domains.replace(" ", ", b@"), "\r\n")));
  }

  private static String words(List<AuthenticatedIdentifier> identifiers) {
    return identifiers.stream()
        .map(each -> each.mechanism().word() + ":" + each.domain())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "cases.csv", delimiter = '|', numLinesToSkip = 1, nullValues = "-")
  void caseShouldHaveItsResult(
      String what,
      String author,
      String given,
      String code,
      String policy,
      String where,
      String by) {
    String words = given == null ? "" : given;
    DmarcResult result = new Dmarc(dns).check(authors(author), identifiers(words));
    assertThat(result.code().word()).isEqualTo(code);
    assertThat(result.hasPolicy() ? result.policy().word() : null).isEqualTo(policy);
    assertThat(result.policyDomain()).isEqualTo(where == null ? "" : where);
    assertThat(words(result.aligned())).isEqualTo(by == null ? "" : by);
    assertThat(result.reason().isEmpty()).isEqualTo(code.equals("pass"));
  }

  /** RFC 9989 section 4.10.2 and appendix B.4, and what follows from them. */
  @ParameterizedTest
  @CsvSource({
    "example.com,example.com",
    "signing.example.com,example.com",
    "a.b.c.d.e.f.g.h.i.j.k.example.com,example.com",
    "giant.bank.example,giant.bank.example",
    "mail.giant.bank.example,giant.bank.example",
    "mail.mega.bank.example,mega.bank.example",
    "bank.example,bank.example",
    "a.mail.two.example,two.example",
    "a.mail.own.example,mail.own.example",
    "x.y.suffix,y.suffix",
    "nothing.at.all.example,nothing.at.all.example",
    "single,single",
    "a.twice.example,a.twice.example",
    "x.brokenpsd.example,x.brokenpsd.example",
  })
  void organizationalDomainShouldBeFound(String domain, String expected) {
    assertThat(new Dmarc(dns).organizationalDomain(domain)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"servfail.example", "x.servfail.example", "silent.example"})
  void organizationalDomainShouldStayOpenWhenTheDnsFails(String domain) {
    assertThat(new Dmarc(dns).organizationalDomain(domain)).isEmpty();
  }

  @Test
  void walkShouldAskEightTimesAtMost() {
    new Dmarc(dns).organizationalDomain("a.b.c.d.e.f.g.h.i.j.mail.example.org");
    assertThat(dns.questions())
        .containsExactly(
            "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.org. TXT",
            "_dmarc.g.h.i.j.mail.example.org. TXT",
            "_dmarc.h.i.j.mail.example.org. TXT",
            "_dmarc.i.j.mail.example.org. TXT",
            "_dmarc.j.mail.example.org. TXT",
            "_dmarc.mail.example.org. TXT",
            "_dmarc.example.org. TXT",
            "_dmarc.org. TXT");
  }

  @Test
  void walkOfEightLabelsShouldLeaveNoneOut() {
    new Dmarc(dns).organizationalDomain("a.b.c.d.e.f.g.org");
    assertThat(dns.questions())
        .hasSize(8)
        .startsWith("_dmarc.a.b.c.d.e.f.g.org. TXT", "_dmarc.b.c.d.e.f.g.org. TXT");
  }

  @Test
  void walkShouldEndWhereOneSaysSo() {
    new Dmarc(dns).organizationalDomain("x.mail.own.example");
    assertThat(dns.questions())
        .containsExactly("_dmarc.x.mail.own.example. TXT", "_dmarc.mail.own.example. TXT");
  }

  @Test
  void sameDomainShouldCostOneQuestion() {
    new Dmarc(dns).check(authors("example.com"), identifiers("spf:example.com"));
    assertThat(dns.questions()).containsExactly("_dmarc.example.com. TXT");
  }

  @Test
  void domainsOfOthersShouldNotBeWalked() {
    new Dmarc(dns).check(authors("example.com"), identifiers("dkim:evil.example dkim:evil.com"));
    assertThat(dns.questions()).noneMatch(question -> question.contains("evil"));
  }

  @Test
  void existenceShouldBeAskedForOnlyWhereItDecides() {
    dns.failing("gone.np.example", Type.CNAME);
    Dmarc dmarc = new Dmarc(dns);
    assertThat(dmarc.check(authors("gone.np.example"), identifiers("spf:np.example")).code())
        .isEqualTo(DmarcCode.PASS);
    assertThat(dmarc.check(authors("gone.np.example"), List.of()).code())
        .isEqualTo(DmarcCode.TEMPERROR);
  }

  @Test
  void recordOfManyStringsShouldBeOne() {
    ScriptedDns split = ScriptedDns.of("_dmarc.split.example TXT \"v=DMA\" \"RC1; p=rej\" \"ect\"");
    DmarcResult result = new Dmarc(split).check(authors("split.example"), List.of());
    assertThat(result.published()).isEqualTo(Policy.REJECT);
  }

  @Test
  void publishedPolicyShouldBeToldBesideTheTestedOne() {
    DmarcResult result = new Dmarc(dns).check(authors("t.example"), List.of());
    assertThat(result.published()).isEqualTo(Policy.REJECT);
    assertThat(result.policy()).isEqualTo(Policy.QUARANTINE);
    assertThat(Objects.requireNonNull(result.record()).testing()).isTrue();
  }

  @Test
  void severalFromFieldsShouldNeverPass() {
    Dmarc dmarc = new Dmarc(dns);
    HeaderField good = HeaderField.of("From: a@example.com", "\r\n");
    HeaderField none = HeaderField.of("from: b@nothing.example", "\r\n");
    HeaderField spoofed = HeaderField.of("FROM : c@q.example", "\r\n");
    List<AuthenticatedIdentifier> spf = identifiers("spf:example.com");
    assertThat(dmarc.check(AuthorDomains.of(List.of(good)), spf).code()).isEqualTo(DmarcCode.PASS);
    DmarcResult two = dmarc.check(AuthorDomains.of(List.of(good, good)), spf);
    assertThat(two.code()).isEqualTo(DmarcCode.PERMERROR);
    assertThat(two.reason()).isEqualTo("more than one From field");
    assertThat(dmarc.check(AuthorDomains.of(List.of(good, none)), spf).code())
        .isEqualTo(DmarcCode.PERMERROR);
    DmarcResult failed = dmarc.check(AuthorDomains.of(List.of(good, spoofed)), spf);
    assertThat(failed.code()).isEqualTo(DmarcCode.FAIL);
    assertThat(failed.author()).isEqualTo("q.example");
    assertThat(failed.policy()).isEqualTo(Policy.QUARANTINE);
  }

  /** Otherwise a domain that asks for nothing would stand before one that cannot be read. */
  @ParameterizedTest
  @ValueSource(strings = {"n.example", "servfail.example"})
  void whatCannotBeReadShouldNotHideBehindADomain(String domain) {
    HeaderField from = HeaderField.of("From: a@" + domain + ", <b@x..example>", "\r\n");
    DmarcResult result = new Dmarc(dns).check(AuthorDomains.of(List.of(from)), List.of());
    assertThat(result.code()).isEqualTo(DmarcCode.PERMERROR);
    assertThat(result.reason()).isEqualTo("no domain name in From");
  }

  @Test
  void noFromShouldBeAPermanentError() {
    DmarcResult result = new Dmarc(dns).check(AuthorDomains.of(List.of()), List.of());
    assertThat(result.code()).isEqualTo(DmarcCode.PERMERROR);
    assertThat(result.reason()).isEqualTo("no From field");
  }
}
