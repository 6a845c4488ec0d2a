/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.posthouse.arc.ArcStatus;
import org.posthouse.authentication.Corpus.Case;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.RawMessage;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Dns;
import org.posthouse.dns.ScriptedDns;

class AuthenticationTest {
  private static final List<Case> CORPUS = Corpus.all();
  private static final Set<Method> ALL = EnumSet.allOf(Method.class);

  private static Authentication authentication(Dns dns, Set<Method> methods) {
    return new Authentication(
        dns, Clock.systemUTC(), Duration.ofSeconds(20), methods, "mx.example.net");
  }

  private static AuthenticationOutcome check(Dns dns, String message) throws IOException {
    RawMessage raw = RawMessage.of(message);
    return authentication(dns, ALL).check(from("a@evil.example"), raw.fields(), raw::open);
  }

  private static Transaction from(String mailFrom) throws IOException {
    InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    return new Transaction(client, "helo.example.com", mailFrom);
  }

  private static String dkimWords(AuthenticationOutcome outcome) {
    return outcome.dkim().orElseThrow().stream()
        .map(result -> result.status().word())
        .collect(Collectors.joining(" "));
  }

  @Test
  void corpusShouldHaveItsVerdicts() throws Exception {
    List<String> verdicts = new ArrayList<>();
    for (Case each : CORPUS) {
      AuthenticationOutcome outcome = check(Corpus.dns(), each.message());
      verdicts.add(
          String.join(
              ", ",
              dkimWords(outcome),
              outcome.arcWord().orElseThrow(),
              outcome.dmarc().orElseThrow().code().word()));
    }
    assertThat(named(verdicts))
        .isEqualTo(
            named(
                CORPUS.stream()
                    .map(each -> String.join(", ", each.dkim(), each.arc(), each.dmarc()))
                    .toList()));
  }

  private static List<String> named(List<String> verdicts) {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < verdicts.size(); i++) {
      named.add(CORPUS.get(i).name() + ": " + verdicts.get(i));
    }
    return named;
  }

  @Test
  void keyThatTheDnsCannotSayShouldBeATemporaryError() throws Exception {
    MemoryDns dns = Corpus.dns().failing("rsa._domainkey.example.com");
    AuthenticationOutcome outcome = check(dns, Corpus.signed(Corpus.MESSAGE, Corpus.rsa()));
    assertThat(outcome.dkimWord()).contains("temperror");
    assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("temperror");
    String sealedBy = "rsa._domainkey.lists.example";
    AuthenticationOutcome sealed =
        check(Corpus.dns().failing(sealedBy), Corpus.message("ARC: sealed once"));
    assertThat(sealed.arcWord()).contains("temperror");
    assertThat(sealed.results(from("")).toString()).contains("method=arc, result=fail");
  }

  /** A sender who lets the DNS of his own domains fail does not make his forgery undecided. */
  @Test
  void failingDnsOfAForgerShouldNotMatter() throws Exception {
    MemoryDns dns = Corpus.dns().failing("evil.example").failing("rsa._domainkey.evil.example");
    String forged = Corpus.signed(Corpus.MESSAGE, Corpus.terms("evil.example"));
    AuthenticationOutcome outcome = check(dns, forged);
    assertThat(outcome.spf().orElseThrow().code().word()).isEqualTo("temperror");
    assertThat(outcome.dkimWord()).contains("temperror");
    assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("fail");
    assertThat(outcome.dmarc().orElseThrow().policy().word()).isEqualTo("reject");
  }

  /** Nor one whose name servers take all the time there is. */
  @Test
  void slowDnsOfAForgerShouldNotMatter() throws Exception {
    MemoryDns known = Corpus.dns();
    Dns slow = (name, type) -> name.endsWith("evil.example") ? late() : known.ask(name, type);
    String signed = Corpus.signed(Corpus.MESSAGE, Corpus.rsa()).replace("Dear", "dear");
    String forged = signed;
    for (int i = 0; i < 9; i++) {
      forged = Corpus.signed(forged, Corpus.terms("s" + i + ".evil.example"));
    }
    RawMessage raw = RawMessage.of(forged);
    Authentication brief =
        new Authentication(slow, Clock.systemUTC(), Duration.ofMillis(100), ALL, "mx.example.net");
    AuthenticationOutcome outcome = brief.check(from("a@evil.example"), raw.fields(), raw::open);
    assertThat(dkimWords(outcome)).isEqualTo("temperror ".repeat(9) + "fail");
    assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("fail");
  }

  private static Answer late() {
    try {
      Thread.sleep(150);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Answer.none(Answer.Status.TEMPORARY);
  }

  @Test
  void spfShouldDoForDmarc() throws Exception {
    ScriptedDns dns =
        ScriptedDns.of(
            "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
            "mail.example.com TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
            "helo.example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"");
    RawMessage raw = RawMessage.of(Corpus.MESSAGE);
    Authentication all = authentication(dns, ALL);
    for (String sender : List.of("x@mail.example.com", "")) {
      AuthenticationOutcome outcome = all.check(from(sender), raw.fields(), raw::open);
      assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("pass");
    }
    AuthenticationOutcome other = all.check(from("x@other.example"), raw.fields(), raw::open);
    assertThat(other.dmarc().orElseThrow().code().word()).isEqualTo("fail");
    AuthenticationOutcome unknown =
        all.check(new Transaction(null, "", "x@mail.example.com"), raw.fields(), raw::open);
    assertThat(unknown.spf().orElseThrow().code().word()).isEqualTo("none");
    assertThat(unknown.dmarc().orElseThrow().code().word()).isEqualTo("fail");
  }

  @Test
  void lineThatIsNoFieldShouldBeAnErrorWithoutKeysOrBody() throws Exception {
    String mail = Corpus.message("stray line, ARC").replaceFirst("v=1;", "none");
    RawMessage raw =
        RawMessage.of("X: 1\r\n 2\r\n" + Corpus.message("both").split("From:", 2)[0] + mail);
    MemoryDns dns = Corpus.dns().text("example.com", "v=spf1 ip4:192.0.2.1 -all");
    AuthenticationOutcome outcome =
        authentication(dns, ALL)
            .check(
                from("a@example.com"),
                raw.fields(),
                () -> {
                  throw new IOException("nobody wants it");
                });
    String why = " of the header is no field";
    assertThat(outcome.dkim().orElseThrow())
        .hasSize(3)
        .allSatisfy(
            result -> {
              assertThat(result.status()).isEqualTo(DkimStatus.PERMERROR);
              assertThat(result.reason()).matches("line \\d+" + why);
            });
    assertThat(outcome.arc().orElseThrow().status()).isEqualTo(ArcStatus.FAIL);
    assertThat(outcome.arc().orElseThrow().reason()).endsWith(why);
    // SPF passes and aligns; without it the policy of the author's domain would apply.
    assertThat(outcome.spf().orElseThrow().code().word()).isEqualTo("pass");
    assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("permerror");
    assertThat(outcome.dmarc().orElseThrow().reason()).endsWith(why);
    assertThat(dns.asked()).noneMatch(name -> name.contains("_domainkey"));
  }

  /** Else one line would do to escape the policy of the domain that is forged. */
  @Test
  void lineThatIsNoFieldShouldNotHideAFailure() throws Exception {
    AuthenticationOutcome outcome =
        check(Corpus.dns(), "Please pay\r\n" + Corpus.message("signed by another"));
    assertThat(outcome.dmarc().orElseThrow().code().word()).isEqualTo("fail");
    assertThat(outcome.dmarc().orElseThrow().policy().word()).isEqualTo("reject");
    MemoryDns none = new MemoryDns();
    AuthenticationOutcome without = check(none, "Please pay\r\n" + Corpus.MESSAGE);
    assertThat(without.dkimWord()).contains("none");
    assertThat(without.arcWord()).contains("none");
    assertThat(without.dmarc().orElseThrow().code().word()).isEqualTo("permerror");
    assertThat(without.dmarc().orElseThrow().reason())
        .isEqualTo("line 1 of the header is no field");
  }

  @Test
  void bodyShouldBeReadOnceOrNotAtAll() throws Exception {
    int[] opened = {0};
    RawMessage signed = RawMessage.of(Corpus.message("ARC: sealed twice"));
    MessageBody body =
        () -> {
          opened[0]++;
          return signed.open();
        };
    AuthenticationOutcome outcome =
        authentication(Corpus.dns(), ALL).check(from(""), signed.fields(), body);
    assertThat(outcome.dkimWord().orElseThrow() + outcome.arcWord().orElseThrow())
        .isEqualTo("passpass");
    assertThat(opened[0]).isEqualTo(1);
    RawMessage plain = RawMessage.of(Corpus.MESSAGE);
    authentication(Corpus.dns(), ALL).check(from(""), plain.fields(), body);
    authentication(Corpus.dns(), EnumSet.of(Method.SPF)).check(from(""), signed.fields(), body);
    assertThat(opened[0]).isEqualTo(1);
  }

  @Test
  void onlyWhatIsAskedForShouldBeChecked() throws Exception {
    RawMessage raw = RawMessage.of(Corpus.message("ARC: sealed twice"));
    for (Method method : EnumSet.of(Method.SPF, Method.DKIM, Method.ARC)) {
      MemoryDns dns = Corpus.dns();
      AuthenticationOutcome outcome =
          authentication(dns, EnumSet.of(method))
              .check(from("a@b.example"), raw.fields(), raw::open);
      assertThat(outcome.spf().isPresent()).isEqualTo(method == Method.SPF);
      assertThat(outcome.dkim().isPresent()).isEqualTo(method == Method.DKIM);
      assertThat(outcome.arc().isPresent()).isEqualTo(method == Method.ARC);
      assertThat(outcome.dmarc()).isEmpty();
      assertThat(outcome.results(from(""))).hasSize(1);
      assertThat(dns.asked()).noneMatch(name -> name.startsWith("_dmarc"));
    }
  }
}
