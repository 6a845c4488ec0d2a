/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.alignment.AlignmentCheck.Terms;
import org.posthouse.authentication.Authentication;
import org.posthouse.authentication.Corpus;
import org.posthouse.authentication.Method;
import org.posthouse.authentication.Transaction;
import org.posthouse.dns.ScriptedDns;
import org.posthouse.message.HeaderField;
import org.posthouse.signing.ConfDirectory;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.KeyTableReader;

class AlignmentCheckTest {
  private static final Terms DONE = new Terms(false, false);
  private static final Terms LATER = new Terms(true, false);
  private static final KeyTable NO_KEYS = new KeyTable(List.of());
  private static final String TABLE =
      "<dkim><domain name='example.com'><key selector='SELECTOR' file='dkim/rsa.pem'/></domain></dkim>";

  private final ScriptedDns dns = new ScriptedDns();

  AlignmentCheckTest() {
    Corpus.dns().texts().forEach((name, texts) -> dns.withTxt(name, texts.get(0)));
    dns.withTxt("example.com", "v=spf1 ip4:192.0.2.1 ~all")
        .withTxt("bounces.example.com", "v=spf1 ip4:192.0.2.1 -all")
        .withTxt("twice.example.com", "v=spf1 -all")
        .withTxt("twice.example.com", "v=spf1 ~all")
        .withTxt("relay.example.com", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all")
        .withTxt("other.example", "v=spf1 ip4:192.0.2.1 -all")
        .failing("slow.example.com");
  }

  private static List<Outlet> outlets(String addresses) {
    return Arrays.stream(addresses.split(" ", -1))
        .filter(each -> !each.isEmpty())
        .map(each -> new Outlet(InetAddresses.forString(each), "relay.example.com"))
        .toList();
  }

  private static List<HeaderField> fields(String message) {
    String header = message.substring(0, message.indexOf("\r\n\r\n"));
    return Arrays.stream(header.split("\r\n(?![ \t])", -1))
        .map(line -> HeaderField.of(line, "\r\n"))
        .toList();
  }

  private static ByteArrayInputStream body(String message) {
    return new ByteArrayInputStream(
        message.substring(message.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1));
  }

  private Forecast forecast(
      Terms terms, KeyTable keys, String mailFrom, String addresses, String message)
      throws Exception {
    return new AlignmentCheck(dns, Clock.systemUTC(), Duration.ofSeconds(10), () -> keys, terms)
        .check(mailFrom, outlets(addresses), fields(message), () -> body(message));
  }

  private static String told(Forecast forecast) {
    return (forecast.outlook().word() + " " + forecast.text()).trim();
  }

  /** What a receiver finds by the same DNS, at the worst of the outlets. */
  private String received(String mailFrom, String addresses, String message) throws Exception {
    Set<String> words =
        outlets(addresses).stream()
            .map(outlet -> new Transaction(outlet.address(), outlet.helo(), mailFrom))
            .map(transaction -> dmarc(transaction, message))
            .collect(Collectors.toSet());
    return Stream.of("fail", "permerror", "temperror", "none", "pass")
        .filter(words::contains)
        .findFirst()
        .orElseThrow();
  }

  private String dmarc(Transaction transaction, String message) {
    Set<Method> methods = EnumSet.of(Method.SPF, Method.DKIM, Method.DMARC);
    try {
      return new Authentication(dns, Clock.systemUTC(), Duration.ofSeconds(10), methods, "mx")
          .check(transaction, fields(message), () -> body(message))
          .dmarc()
          .orElseThrow()
          .code()
          .word();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      nullValues = "-",
      textBlock =
          """
          ann@example.com | 192.0.2.1 | pass
          ann@bounces.example.com | 192.0.2.1 | pass
          ann@Example.COM | 192.0.2.1 | pass
          - | 192.0.2.1 2001:db8::1 | pass
          - | 192.0.2.2 | fail dkim: not signed; spf: fail for 192.0.2.2; publish relay.example.com. IN TXT "v=spf1 ip4:192.0.2.2 ip4:192.0.2.1 ip6:2001:db8::1 -all"
          ann@example.com | 192.0.2.1 192.0.2.2 | fail dkim: not signed; spf: softfail for 192.0.2.2; publish example.com. IN TXT "v=spf1 ip4:192.0.2.2 ip4:192.0.2.1 ~all"
          ann@example.com | 192.0.2.9 2001:db8::9 | fail dkim: not signed; spf: softfail for 192.0.2.9; spf: softfail for 2001:db8::9; publish example.com. IN TXT "v=spf1 ip4:192.0.2.9 ip6:2001:db8::9 ip4:192.0.2.1 ~all"
          ann@new.example.com | 192.0.2.1 192.0.2.2 | fail dkim: not signed; spf: none for 192.0.2.1 (no policy is published); spf: none for 192.0.2.2 (no policy is published); publish new.example.com. IN TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all"
          ann@twice.example.com | 192.0.2.1 | fail dkim: not signed; spf: permerror for 192.0.2.1 (more than one policy: twice.example.com)
          ann@other.example | 192.0.2.1 | fail dkim: not signed; spf: other.example does not align with example.com
          ann@other.example | 192.0.2.2 | fail dkim: not signed; spf: other.example does not align with example.com
          ann@slow.example.com | 192.0.2.1 | unknown dmarc: no answer about an identifier (example.com)
          """)
  void reversePathsShouldBeToldWithTheRecordToPublish(
      String mailFrom, String addresses, String expected) throws Exception {
    String path = mailFrom == null ? "" : mailFrom;
    assertThat(told(forecast(DONE, NO_KEYS, path, addresses, Corpus.MESSAGE))).isEqualTo(expected);
    assertThat(received(path, addresses, Corpus.MESSAGE))
        .isEqualTo(expected.split(" ", 2)[0].replace("unknown", "temperror"));
  }

  static List<Corpus.Case> cases() {
    return Corpus.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signaturesShouldCountAsReceiversCountThem(Corpus.Case each) throws Exception {
    String path = "ann@other.example";
    Forecast forecast = forecast(DONE, NO_KEYS, path, "192.0.2.1", each.message());
    String word = received(path, "192.0.2.1", each.message()).replace("permerror", "fail");
    assertThat(forecast.outlook().word()).isEqualTo(word.replace("temperror", "unknown"));
    assertThat(forecast.reasons().isEmpty()).isEqualTo(word.equals("pass"));
  }

  @Test
  void recordThatIsToldShouldMakeMailPass() throws Exception {
    String told =
        forecast(DONE, NO_KEYS, "a@example.com", "192.0.2.7 2001:db8::7", Corpus.MESSAGE)
            .records()
            .get(0);
    dns.forget("example.com").with(told);
    assertThat(received("a@example.com", "192.0.2.1 192.0.2.7 2001:db8::7", Corpus.MESSAGE))
        .isEqualTo("pass");
  }

  private static KeyTable table(Path home, String selector) throws Exception {
    ConfDirectory conf = ConfDirectory.in(home);
    Path file = conf.table(TABLE.replace("SELECTOR", selector));
    return new KeyTableReader(conf.conf(), Clock.systemUTC()).read(file).table();
  }

  @Test
  void keysThatWillSignShouldCountWhereTheDnsHasThem(@TempDir Path home) throws Exception {
    String path = "ann@other.example";
    assertThat(told(forecast(LATER, table(home, "rsa"), path, "192.0.2.1", Corpus.MESSAGE)))
        .isEqualTo("pass");
    KeyTable unpublished = table(home, "next");
    Forecast forecast = forecast(LATER, unpublished, path, "192.0.2.1", Corpus.MESSAGE);
    assertThat(told(forecast))
        .startsWith(
            "fail dkim: next._domainkey.example.com is missing; spf: other.example does not align"
                + " with example.com; publish next._domainkey.example.com. IN TXT \"v=DKIM1; ");
    dns.with(forecast.records().get(0));
    assertThat(told(forecast(LATER, unpublished, path, "192.0.2.1", Corpus.MESSAGE)))
        .isEqualTo("pass");
    dns.forget("next._domainkey.example.com").failing("next._domainkey.example.com");
    assertThat(forecast(LATER, unpublished, path, "", Corpus.MESSAGE).outlook().word())
        .isEqualTo("unknown");
    String others = Corpus.MESSAGE.replace("ann@example.com", "ann@mail.example.com");
    assertThat(told(forecast(LATER, unpublished, path, "", others)))
        .isEqualTo("fail dkim: no key signs for mail.example.com");
  }

  @Test
  void keyOfTheTableThatSignedShouldBeToldWhereTheDnsLacksIt(@TempDir Path home) throws Exception {
    dns.forget("rsa._domainkey.example.com");
    String signed = Corpus.message("rsa relaxed/relaxed");
    assertThat(told(forecast(DONE, NO_KEYS, "a@other.example", "", signed)))
        .isEqualTo("fail dkim: permerror for rsa._domainkey.example.com (no key)");
    assertThat(told(forecast(DONE, table(home, "rsa"), "a@other.example", "", signed)))
        .startsWith(
            "fail dkim: permerror for rsa._domainkey.example.com (no key); publish"
                + " rsa._domainkey.example.com. IN TXT \"v=DKIM1; ");
  }

  @Test
  void domainWithoutPolicyShouldFailOnlyWhereOneIsRequired() throws Exception {
    String message = Corpus.MESSAGE.replace("ann@example.com", "ann@other.example");
    assertThat(told(forecast(DONE, NO_KEYS, "a@other.example", "192.0.2.1", message)))
        .isEqualTo("none dmarc: no policy (other.example)");
    Terms strict = new Terms(false, true);
    assertThat(told(forecast(strict, NO_KEYS, "a@other.example", "192.0.2.1", message)))
        .isEqualTo(
            "fail no DMARC record of other.example; publish _dmarc.other.example. IN TXT"
                + " \"v=DMARC1; p=none\"");
  }

  @Test
  void messageWithoutOneAuthorShouldFail() throws Exception {
    String none = Corpus.MESSAGE.replace("From:", "Form:");
    assertThat(told(forecast(DONE, NO_KEYS, "ann@example.com", "192.0.2.1", none)))
        .isEqualTo("fail dmarc: no From field");
  }

  @Test
  void strictAlignmentShouldBeTold() throws Exception {
    dns.forget("_dmarc.example.com")
        .withTxt("_dmarc.example.com", "v=DMARC1; p=reject; aspf=s; adkim=s");
    String below = Corpus.message("domain below");
    assertThat(told(forecast(DONE, NO_KEYS, "a@bounces.example.com", "192.0.2.1", below)))
        .isEqualTo(
            "fail dkim: mail.example.com does not align with example.com; spf: bounces.example.com"
                + " does not align with example.com");
  }

  @Test
  void dnsThatGivesNoAnswerShouldNeverFailMail() throws Exception {
    ScriptedDns silent = new ScriptedDns().failing("_dmarc.example.com");
    Forecast forecast =
        new AlignmentCheck(silent, Clock.systemUTC(), Duration.ofSeconds(1), () -> NO_KEYS, DONE)
            .check(
                "ann@example.com",
                outlets("192.0.2.1"),
                fields(Corpus.MESSAGE),
                () -> body(Corpus.MESSAGE));
    assertThat(told(forecast)).startsWith("unknown");
    AlignmentCheck late =
        new AlignmentCheck(dns, Clock.systemUTC(), Duration.ZERO, () -> NO_KEYS, DONE);
    assertThat(
            late.check(
                    "ann@example.com",
                    outlets("192.0.2.2"),
                    fields(Corpus.MESSAGE),
                    () -> body(Corpus.MESSAGE))
                .outlook()
                .word())
        .isEqualTo("unknown");
  }
}
