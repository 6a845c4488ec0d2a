/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.spf.SpfCode.FAIL;
import static org.posthouse.spf.SpfCode.NEUTRAL;
import static org.posthouse.spf.SpfCode.NONE;
import static org.posthouse.spf.SpfCode.PASS;
import static org.posthouse.spf.SpfCode.PERMERROR;
import static org.posthouse.spf.SpfCode.SOFTFAIL;
import static org.posthouse.spf.SpfCode.TEMPERROR;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dns.Dns;
import org.posthouse.dns.ScriptedDns;

/** Policies, names and senders made by somebody who means harm. */
@Timeout(30)
class HostileRecordTest {
  private final ScriptedDns dns = new ScriptedDns();

  private static SpfRequest request(String client, String mailFrom) {
    return request(address(client), "helo.test", mailFrom);
  }

  private static SpfRequest request(InetAddress client, String helo, String mailFrom) {
    return new SpfRequest(client, helo, mailFrom, "mx.test", Instant.ofEpochSecond(1_800_000_000));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private SpfResult check(String mailFrom) {
    return new Spf(dns).check(request("192.0.2.1", mailFrom));
  }

  private SpfCode codeOf(String record) {
    dns.forget("a.test").withTxt("a.test", record);
    return check("x@a.test").code();
  }

  @Test
  void policyThatIncludesItselfShouldEnd() {
    assertThat(codeOf("v=spf1 include:a.test -all")).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSize(11);
  }

  @Test
  void policiesThatIncludeEachOtherManyTimesShouldEnd() {
    String many = "v=spf1" + " include:b.test include:a.test".repeat(1000);
    dns.withTxt("b.test", many);

    assertThat(codeOf(many)).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSizeLessThan(12);
  }

  @Test
  void redirectionsInACircleShouldEnd() {
    dns.withTxt("b.test", "v=spf1 redirect=a.test");

    assertThat(codeOf("v=spf1 redirect=b.test")).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSize(11);
  }

  @Test
  void limitShouldHoldOverTheWholeTreeOfIncludes() {
    dns.with("in.test. A 192.0.2.99");
    StringBuilder five = new StringBuilder("v=spf1");
    for (int each = 0; each < 5; each++) {
      dns.withTxt("i" + each + ".test", "v=spf1 a:in.test a:in.test ?all");
      five.append(" include:i" + each + ".test");
    }

    assertThat(codeOf(five + " -all")).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSize(11);
  }

  @Test
  void thousandsOfNetworksShouldBeReadAndCompared() {
    String networks =
        IntStream.range(0, 5000)
            .mapToObj(n -> " ip4:10." + n / 250 + "." + n % 250 + ".1")
            .collect(Collectors.joining());

    assertThat(codeOf("v=spf1" + networks + " ~all")).isEqualTo(PERMERROR); // beyond 64 KB
    String fewer = networks.substring(0, networks.indexOf(" ip4:10.14.0.1"));
    assertThat(fewer.length()).isGreaterThan(50_000);
    assertThat(codeOf("v=spf1" + fewer + " ~all")).isEqualTo(SOFTFAIL);
    assertThat(codeOf("v=spf1" + fewer + " ip4:192.0.2.0/24 -all")).isEqualTo(PASS);
  }

  @Test
  void thousandsOfTermsWithLookUpsShouldCauseTenOnly() {
    dns.with("b.test. A 192.0.2.99");

    assertThat(codeOf("v=spf1" + " a:b.test".repeat(5000))).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSize(11);
  }

  @Test
  void hundredKilobytesOfTextShouldBeRefusedAtOnce() {
    assertThat(codeOf("v=spf1 " + "x".repeat(100_000))).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 " + "%".repeat(60_000))).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 a:" + "a.".repeat(30_000) + "com")).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 x=" + "%{d}".repeat(15_000))).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1" + " ".repeat(60_000) + "-all")).isEqualTo(FAIL);
  }

  @Test
  void hundredKilobytesOfOtherTextShouldNotMatter() {
    for (int each = 0; each < 100; each++) {
      dns.withTxt("b.test", each + "x".repeat(1000));
    }
    dns.withTxt("b.test", "v=spf1 -all");

    assertThat(check("x@b.test").code()).isEqualTo(FAIL);
  }

  @Test
  void problemShouldBeShortAndVisible() {
    dns.withTxt("a.test", "v=spf1 \r\n\u00e9\0" + "x".repeat(50_000));

    SpfResult result = check("x@a.test");

    assertThat(result.code()).isEqualTo(PERMERROR);
    assertThat(result.problem()).hasSizeLessThan(260).startsWith("malformed term '????xxx");
  }

  @Test
  void macrosThatGrowShouldStaySmall() {
    String bomb = "%{s}%{d}%{o}%{h}%{l}%{i}.".repeat(150);
    dns.withTxt("a.test", "v=spf1 exists:" + bomb + "%{d} -all");
    SpfRequest big = request(address("2001:db8::1"), "h.".repeat(400), "l".repeat(900) + "@a.test");

    assertThat(new Spf(dns).check(big).code()).isEqualTo(FAIL);
    assertThat(dns.questions()).hasSize(2).allMatch(question -> question.length() < 260);
  }

  @Test
  void explanationThatGrowsShouldBeLeftOut() {
    dns.withTxt("a.test", "v=spf1 -all exp=e.test").withTxt("e.test", "%{s}".repeat(1000));
    SpfResult result = check("l".repeat(900) + "@a.test");

    assertThat(result.code()).isEqualTo(FAIL);
    assertThat(result.explanation()).isNull();
  }

  @Test
  void explanationShouldNotCarryWhatTheSenderHides() {
    dns.withTxt("a.test", "v=spf1 -all exp=e.test").withTxt("e.test", "%{l}");

    assertThat(check("x\r\nSubject: y@a.test").explanation()).isNull();
    assertThat(check("\u00e9@a.test").explanation()).isNull();
    assertThat(check("x y@a.test").explanation()).isEqualTo("x y");
  }

  @Test
  void absurdNumbersShouldNotOverflow() {
    assertThat(codeOf("v=spf1 exists:%{d99999999999999999999}.test -all")).isEqualTo(FAIL);
    assertThat(codeOf("v=spf1 exists:%{d0}.test -all")).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 a/99999999999999999999 -all")).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 ip6:::/4294967296 -all")).isEqualTo(PERMERROR);
    assertThat(codeOf("v=spf1 ip4:4294967298.0.0.1 -all")).isEqualTo(PERMERROR);
  }

  @Test
  void mappedClientShouldBeOneOfIpv4() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(address("192.0.2.1").getAddress(), 0, mapped, 12, 4);
    SpfRequest request =
        request(Inet6Address.getByAddress(null, mapped, -1), "helo.test", "x@a.test");
    dns.withTxt("a.test", "v=spf1 -ip6:::ffff:192.0.2.1 -ip6:::/0 -exists:%{v}.%{i} ip4:192.0.2.1");

    assertThat(new Spf(dns).check(request).code()).isEqualTo(PASS);
    assertThat(dns.questions()).contains("in-addr.192.0.2.1. A");
  }

  @Test
  void tooManyExchangersShouldBeAnErrorBeforeTheyAreAskedFor() {
    IntStream.range(0, 500).forEach(n -> dns.with("b.test. MX " + n + " m" + n + ".test."));

    assertThat(codeOf("v=spf1 mx:b.test -all")).isEqualTo(PERMERROR);
    assertThat(dns.questions()).hasSize(2);
  }

  @Test
  void noMoreThanTenPointersShouldBeFollowed() {
    IntStream.range(0, 500)
        .forEach(n -> dns.with("1.2.0.192.in-addr.arpa. PTR p" + n + ".a.test."));
    dns.with("p400.a.test. A 192.0.2.1");

    assertThat(codeOf("v=spf1 ptr ptr exists:%{p}.x.test -all")).isEqualTo(FAIL);
    assertThat(dns.questions()).hasSize(13); // the policy, PTR, ten names, and "unknown"
  }

  @Test
  void pointersThatFailShouldBeSkipped() {
    dns.with("1.2.0.192.in-addr.arpa. PTR bad.a.test.", "1.2.0.192.in-addr.arpa. PTR ok.a.test.");
    dns.failing("bad.a.test").with("ok.a.test. A 192.0.2.1");

    assertThat(codeOf("v=spf1 ptr -all")).isEqualTo(PASS);
  }

  @Test
  void voidsOfExchangersShouldBeCountedByTerm() {
    dns.with("m.test. MX 1 x1.test.", "m.test. MX 1 x2.test.", "m.test. MX 1 x3.test.");

    assertThat(codeOf("v=spf1 mx:m.test a:no1.test a:no2.test ?all")).isEqualTo(NEUTRAL);
    assertThat(codeOf("v=spf1 mx:m.test a:no1.test a:no2.test mx:no3.test ?all"))
        .isEqualTo(PERMERROR);
  }

  @Test
  void namesThatCannotBeAskedForShouldNotBeVoid() {
    assertThat(codeOf("v=spf1 a:x..test a:y..test mx:z..test exists:..test -all")).isEqualTo(FAIL);
    assertThat(dns.questions()).hasSize(1);
  }

  @Test
  void slowDnsShouldEndInTime() {
    AtomicLong clock = new AtomicLong();
    Dns slow =
        (name, type) -> {
          clock.addAndGet(Duration.ofSeconds(4).toNanos());
          return dns.ask(name, type);
        };
    dns.with("b.test. A 192.0.2.99")
        .withTxt("a.test", "v=spf1" + " a:b.test".repeat(8) + " ptr -all");

    SpfResult result =
        new Spf(slow, Duration.ofSeconds(20), clock::get).check(request("192.0.2.1", "x@a.test"));

    assertThat(result.code()).isEqualTo(TEMPERROR);
    assertThat(result.problem()).isEqualTo("out of time");
    assertThat(dns.questions()).hasSize(5);
  }

  @Test
  void runningOutOfTimeAmongPointersShouldNotBeAFailure() {
    AtomicLong clock = new AtomicLong();
    Dns slow =
        (name, type) -> {
          clock.addAndGet(Duration.ofSeconds(4).toNanos());
          return dns.ask(name, type);
        };
    IntStream.range(0, 10).forEach(n -> dns.with("1.2.0.192.in-addr.arpa. PTR p" + n + ".a.test."));
    dns.withTxt("a.test", "v=spf1 ptr -all");

    Spf spf = new Spf(slow, Duration.ofSeconds(20), clock::get);

    assertThat(spf.check(request("192.0.2.1", "x@a.test")).code()).isEqualTo(TEMPERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "x@",
        "x@@",
        "x@.",
        "x@a",
        "x@a..test",
        "x@.a.test",
        "x@a test.test",
        "x@a.te\0st",
        "x@[192.0.2.1]",
        "x@a.test\r\n"
      })
  void senderWithoutDomainShouldBeNone(String mailFrom) {
    SpfRequest request = request(address("192.0.2.1"), "localhost", mailFrom);

    assertThat(new Spf(dns).check(request).code()).isEqualTo(NONE);
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void hugeSenderShouldBeNone() {
    dns.withTxt("a.test", "v=spf1 -all");

    assertThat(check("x".repeat(100_000) + "@a.test").code()).isEqualTo(NONE);
    assertThat(check("x@" + "a.".repeat(100_000) + "test").code()).isEqualTo(NONE);
    assertThat(check("x@" + "\u00fc.".repeat(100_000) + "test").code()).isEqualTo(NONE);
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void domainInULabelsShouldBeAskedForInALabels() {
    dns.withTxt("xn--bcher-kva.test", "v=spf1 exists:%{l}.b.test -exists:%{d}.c.test ?all");
    dns.with("xn--bcher-kva.test.c.test. A 192.0.2.1");

    assertThat(check("\u00fc@b\u00fccher.test").code()).isEqualTo(FAIL);
    assertThat(dns.questions())
        .containsExactly("xn--bcher-kva.test. TXT", "xn--bcher-kva.test.c.test. A");
  }

  @Test
  void backslashShouldNotEscapeInNames() {
    dns.with("x\\\\.b.test. A 192.0.2.1").withTxt("a.test", "v=spf1 exists:%{l}.b.test -all");

    assertThat(check("x\\@a.test").code()).isEqualTo(PASS);
  }

  @Test
  void randomRecordsShouldNeverThrow() {
    String[] pieces = {
      "v=spf1",
      " ",
      " ",
      "a",
      "mx",
      "ptr",
      "ip4:",
      "ip6:",
      "exists:",
      "include:",
      "all",
      "redirect=",
      "exp=",
      "%{",
      "}",
      "%{d}",
      "%{l1r-}",
      "%",
      "%%",
      "/",
      "//",
      "24",
      "0",
      "a.test",
      "b.test",
      ":",
      "192.0.2.1",
      "::1",
      ".",
      "-",
      "+",
      "?",
      "~",
      "=",
      "\0",
      "\u00ff",
      "x",
      "\\",
      "%{p}",
      "%{S}"
    };
    Random random = new Random(7208);
    dns.with("b.test. A 192.0.2.1", "b.test. MX 1 b.test.");
    dns.with("1.2.0.192.in-addr.arpa. PTR b.test.");
    for (int each = 0; each < 10_000; each++) {
      String record =
          "v=spf1 "
              + Stream.generate(() -> pieces[random.nextInt(pieces.length)])
                  .limit(1 + random.nextInt(12))
                  .collect(Collectors.joining());

      assertThat(codeOf(record)).as(record).isNotNull();
    }
  }
}
