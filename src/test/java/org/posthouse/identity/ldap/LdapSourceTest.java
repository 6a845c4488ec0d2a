/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.identity.CheckResult.Outcome.ACCEPTED;
import static org.posthouse.identity.CheckResult.Outcome.REJECTED;
import static org.posthouse.identity.CheckResult.Outcome.UNAVAILABLE;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.config.PemCertificates;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;
import org.posthouse.identity.OpensslAuthority;
import org.posthouse.identity.TrustedAuthorities;

/** Against OpenLDAP's slapd. */
@Timeout(120)
class LdapSourceTest {
  @TempDir static Path home;
  private static OpensslAuthority authority;
  private static Slapd slapd;

  private final List<LdapSource> opened = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();

  @BeforeAll
  static void startDirectory() throws Exception {
    authority = OpensslAuthority.make(home.resolve("authority"));
    slapd = Slapd.start(home.resolve("slapd"), authority);
  }

  @AfterAll
  static void stopDirectory() throws Exception {
    if (slapd != null) {
      slapd.close();
    }
  }

  @AfterEach
  void closeSources() {
    opened.forEach(LdapSource::close);
  }

  /** What a test changes of otherwise good settings. */
  private static final class Draft {
    private List<String> urls = List.of(slapd.url());
    private boolean clear;
    private Path trust = authority.certificate();
    private LdapSettings.Account account =
        new LdapSettings.Account(Slapd.SEARCHER, Slapd.SEARCHER_PASSWORD);
    private String filter = "(|(uid={login})(mail={login}))";
    private String base = "ou=people," + Slapd.SUFFIX;
    private boolean search = true;
    private LdapSettings.Groups groups = new LdapSettings.Groups("memberOf", "", null);
    private Duration timeout = Duration.ofSeconds(5);
    private Duration remember = Duration.ZERO;

    LdapSettings settings() {
      return new LdapSettings(
          "staff",
          urls.stream().map(url -> LdapServer.parse(url, clear)).toList(),
          TrustedAuthorities.context(PemCertificates.read(trust)),
          account,
          new LdapSettings.People(base, new LoginTemplate(filter), search, true),
          "uid",
          List.of("mail", "proxyAddresses"),
          groups,
          List.of("departmentNumber"),
          timeout,
          2,
          remember);
    }
  }

  private LdapSource source(Draft draft) {
    LdapSource source = new LdapSource(draft.settings(), tick());
    opened.add(source);
    return source;
  }

  private com.google.common.base.Ticker tick() {
    return new com.google.common.base.Ticker() {
      @Override
      public long read() {
        return nanos.get();
      }
    };
  }

  private static CheckResult check(LdapSource source, String login, String password) {
    return source.check(login, password).toCompletableFuture().join();
  }

  private CheckResult check(String login, String password) {
    return check(source(new Draft()), login, password);
  }

  @Test
  void loginShouldBecomeAnIdentityWithGroupsAddressesAndAttributes() {
    Identity alice = check("Alice@Example.ORG", "white rabbit").identity();
    assertThat(alice).isNotNull();
    assertThat(alice.name()).isEqualTo("alice");
    assertThat(alice.source()).isEqualTo("staff");
    assertThat(alice.groups()).containsExactlyInAnyOrder("sales", "all, really");
    assertThat(alice.addresses())
        .containsExactlyInAnyOrder("alice@example.org", "a.liddell@example.org");
    assertThat(alice.attributes().get("departmentNumber")).containsExactly("42");
  }

  @Test
  void groupsShouldBeFoundBySearchToo() {
    Draft draft = new Draft();
    draft.groups =
        new LdapSettings.Groups(
            "cn", "ou=groups," + Slapd.SUFFIX, new LoginTemplate("(member={dn})"));
    LdapSource source = source(draft);
    assertThat(check(source, "bob", "bob's").identity().groups()).containsExactly("all, really");
    assertThat(check(source, "alice", "white rabbit").identity().groups())
        .containsExactlyInAnyOrder("sales", "all, really");
  }

  @Test
  void entryMayBeNamedByATemplateAndReadByTheLoginItself() {
    Draft draft = new Draft();
    draft.account = null;
    draft.search = false;
    draft.base = "";
    draft.filter = "uid={login},ou=people," + Slapd.SUFFIX;
    LdapSource source = source(draft);
    assertThat(check(source, "alice", "white rabbit").identity().addresses())
        .contains("a.liddell@example.org");
    assertThat(check(source, "alice", "wrong")).isEqualTo(CheckResult.REJECTED);
    assertThat(check(source, "nobody", "wrong")).isEqualTo(CheckResult.REJECTED);
    assertThat(check(source, "alice,ou=people", "white rabbit")).isEqualTo(CheckResult.REJECTED);
  }

  @ParameterizedTest
  @CsvSource({
    "alice, wrong",
    "nobody, wrong",
    "alice, ''",
    "nobody, ''",
    "'', wrong",
    "carol, anything",
    "*, white rabbit",
    "a*, white rabbit",
    "alice)(uid=*, white rabbit",
    "'*)(|(uid=alice', white rabbit",
    "alice\\2a, white rabbit",
    "{login}, white rabbit",
    "'Carol (office) *', x"
  })
  void whatDoesNotMatchShouldBeRejectedWithoutADifference(String login, String password) {
    assertThat(check(login, password)).isEqualTo(CheckResult.REJECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice\u0000", "alice\r\n", "al\u007Fice"})
  void controlCharactersShouldNotReachTheDirectory(String login) {
    assertThat(check(login, "white rabbit")).isEqualTo(CheckResult.REJECTED);
  }

  /** An unknown login that was answered without its bind would take a tenth of the time. */
  @Test
  void unknownLoginShouldTakeTheStepsOfAWrongPassword() {
    LdapSource source = source(new Draft());
    List<Long> wrong = new ArrayList<>();
    List<Long> unknown = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      wrong.add(nanos(source, "alice"));
      unknown.add(nanos(source, "nobody"));
    }
    assertThat((double) median(unknown) / median(wrong)).isBetween(0.25, 4.0);
  }

  private static long nanos(LdapSource source, String login) {
    long begin = System.nanoTime();
    check(source, login, "wrong");
    return System.nanoTime() - begin;
  }

  private static long median(List<Long> nanos) {
    return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
  }

  @Test
  void oneLoginWithTwoEntriesShouldOpenNothing() {
    CheckResult result = check("shared@example.org", "bob's");
    assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
    assertThat(result.reason()).contains("several entries");
  }

  @Test
  void ldapsShouldWorkAndItsNameBeChecked() {
    Draft draft = new Draft();
    draft.urls = List.of(slapd.tlsUrl());
    assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    draft.urls = List.of(slapd.tlsUrl().replace("localhost", "127.0.0.2"));
    assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void anAuthorityThatIsNotTrustedShouldEndStartTlsAndLdaps() throws Exception {
    Draft draft = new Draft();
    draft.trust = OpensslAuthority.make(home.resolve("other")).certificate();
    draft.urls = List.of(slapd.url(), slapd.tlsUrl());
    CheckResult result = check(source(draft), "bob", "bob's");
    assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
    assertThat(result.reason()).startsWith("directory staff: ").doesNotContain("bob's");
  }

  @Test
  void clearTextShouldWorkWhereItWasAllowed() {
    Draft draft = new Draft();
    draft.clear = true;
    assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({
    "cn=posthouse\\,dc=example\\,dc=org, wrong",
    "cn=weak\\,dc=example\\,dc=org, let me search",
    "cn=none\\,dc=example\\,dc=org, x"
  })
  void aSearchAccountThatMayNotSearchShouldRejectNobody(String dn, String password) {
    Draft draft = new Draft();
    draft.account = new LdapSettings.Account(dn.replace("\\", ""), password);
    CheckResult result = check(source(draft), "bob", "bob's");
    assertThat(result.outcome()).isEqualTo(UNAVAILABLE);
    assertThat(result.reason()).doesNotContain("let me search");
    assertThat(draft.account.toString()).doesNotContain(password);
  }

  @Test
  void aWrongBaseShouldRejectNobody() {
    Draft draft = new Draft();
    draft.base = "ou=poeple," + Slapd.SUFFIX;
    assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void aStoppedDirectoryShouldBeUnavailableAndWorkAgainAfterItsStart() throws Exception {
    LdapSource source = source(new Draft());
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    slapd.stop();
    try {
      assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(UNAVAILABLE);
      assertThat(check(source, "nobody", "wrong").outcome()).isEqualTo(UNAVAILABLE);
      assertThat(check(source, "bob", "").outcome()).isEqualTo(REJECTED);
    } finally {
      slapd.start();
    }
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    assertThat(check(source, "bob", "wrong").outcome()).isEqualTo(REJECTED);
  }

  @Test
  void aRestartedDirectoryShouldBeFoundByConnectionsThatWereOpen() throws Exception {
    LdapSource source = source(new Draft());
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    slapd.stop();
    slapd.start();
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
  }

  @Test
  void theNextServerShouldBeAskedWhenOneIsDown() throws Exception {
    Draft draft = new Draft();
    draft.timeout = Duration.ofSeconds(1);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      draft.urls =
          List.of("ldap://127.0.0.1:1", "ldaps://127.0.0.1:" + silent.getLocalPort(), slapd.url());
      assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ldap", "ldaps"})
  void aSilentDirectoryShouldBeUnavailableAfterItsTimeout(String scheme) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Draft draft = new Draft();
      draft.timeout = Duration.ofMillis(500);
      draft.urls = List.of(scheme + "://127.0.0.1:" + silent.getLocalPort());
      long begin = System.nanoTime();
      assertThat(check(source(draft), "bob", "bob's").outcome()).isEqualTo(UNAVAILABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aFrozenDirectoryShouldHoldUpNoCallerAndFillTheQueueOnly() throws Exception {
    Draft draft = new Draft();
    draft.timeout = Duration.ofSeconds(1);
    LdapSource source = source(draft);
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    slapd.signal("STOP");
    List<CompletionStage<CheckResult>> pending = new ArrayList<>();
    try {
      long begin = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        pending.add(source.check("bob", "bob's"));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      // Two threads, and 64 that wait: the others are answered at once.
      assertThat(pending.stream().filter(p -> p.toCompletableFuture().isDone()).count())
          .isGreaterThanOrEqualTo(34);
      assertThat(pending.get(99).toCompletableFuture().join().reason()).contains("too many");
      for (CompletionStage<CheckResult> each : pending) {
        assertThat(each.toCompletableFuture().join().outcome()).isEqualTo(UNAVAILABLE);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    } finally {
      slapd.signal("CONT");
    }
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
  }

  @Test
  void goodPasswordMayBeRememberedForAWhile() throws Exception {
    Draft draft = new Draft();
    draft.remember = Duration.ofMinutes(5);
    LdapSource source = source(draft);
    assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
    slapd.stop();
    try {
      assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(ACCEPTED);
      assertThat(check(source, "bob", "wrong").outcome()).isEqualTo(UNAVAILABLE);
      nanos.addAndGet(Duration.ofMinutes(6).toNanos());
      assertThat(check(source, "bob", "bob's").outcome()).isEqualTo(UNAVAILABLE);
    } finally {
      slapd.start();
    }
  }
}
