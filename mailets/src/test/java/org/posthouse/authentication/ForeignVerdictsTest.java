/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.authentication.Corpus.Case;
import org.posthouse.dkim.Dkimpy;
import org.posthouse.dkim.OpenDkim;
import org.posthouse.dns.ScriptedDns;
import org.posthouse.dns.ScriptedNameServer;
import org.posthouse.spf.Spf;
import org.posthouse.spf.SpfRequest;

/** What verifiers that are not ours say of the corpus, whose verdicts ours gives. */
class ForeignVerdictsTest {
  private static final List<Case> CORPUS = Corpus.all();
  private static final String CLIENT = "192.0.2.1";

  private static final Map<String, String> DKIM_OF_RSPAMD =
      Map.of("pass", "R_DKIM_ALLOW", "fail", "R_DKIM_REJECT", "permerror", "R_DKIM_PERMFAIL");
  private static final Map<String, String> ARC_OF_RSPAMD =
      Map.of("none", "ARC_NA", "pass", "ARC_ALLOW", "fail", "ARC_REJECT");
  private static final Map<String, String> DMARC_OF_RSPAMD =
      Map.of(
          "pass", "DMARC_POLICY_ALLOW",
          "fail", "DMARC_POLICY_REJECT",
          "none", "DMARC_NA",
          "permerror", "DMARC_NA");

  /** Where Rspamd says something else: instead of the first symbol, the second, or nothing. */
  private static final Map<String, List<String>> RSPAMD_DIFFERS =
      Map.of(
          // A signature that RFC 6376 section 6.1.1 has ignored counts as one that is wrong.
          "i= elsewhere", List.of("", "R_DKIM_REJECT"),
          // And one that is over is ignored.
          "expired", List.of("R_DKIM_PERMFAIL", ""),
          // Mail with several authors is not judged; RFC 9989 leaves that to the receiver.
          "second author", List.of("DMARC_POLICY_REJECT", "DMARC_NA"),
          "authors of two domains", List.of("DMARC_POLICY_REJECT", "DMARC_NA"),
          // RFC 8617 section 5.2: a set without its seal makes a chain that failed, not none.
          "ARC: seal gone", List.of("ARC_REJECT", "ARC_NA"),
          "ARC: first set gone", List.of("ARC_REJECT", "ARC_INVALID"),
          // Such a line at the end of a header begins the body, which then is not what was signed.
          "stray line last", List.of("R_DKIM_PERMFAIL", "R_DKIM_REJECT"));

  /** Above other fields it passes over such lines; RFC 6376 section 3.8 wants them refused. */
  private static final Map<String, String> READ_BY_RSPAMD =
      Map.of(
          "R_DKIM_PERMFAIL", "R_DKIM_ALLOW",
          "DMARC_POLICY_REJECT", "DMARC_POLICY_ALLOW",
          "ARC_REJECT", "ARC_ALLOW");

  /** dkimpy passes over the first line of mbox, which RFC 5322 section 2.2 does not know. */
  private static final String READ_BY_DKIMPY = "stray line of mbox";

  /** OpenDKIM takes spaces for a part of the name, against RFC 5322 section 2.2. */
  private static final Set<String> READ_BY_OPENDKIM =
      Set.of("stray line of mbox", "stray line with a colon");

  private static final Map<String, String> SPF_OF_RSPAMD =
      Map.of(
          "pass", "R_SPF_ALLOW",
          "fail", "R_SPF_FAIL",
          "softfail", "R_SPF_SOFTFAIL",
          "neutral", "R_SPF_NEUTRAL",
          "none", "R_SPF_NA",
          "permerror", "R_SPF_PERMFAIL",
          "temperror", "R_SPF_DNSFAIL");

  private static List<String> messages() {
    return CORPUS.stream().map(Case::message).toList();
  }

  private static List<String> named(List<String> verdicts) {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < verdicts.size(); i++) {
      named.add(CORPUS.get(i).name() + ": " + verdicts.get(i));
    }
    return named;
  }

  /** What dkimpy should say, which takes a message apart before it looks for signatures. */
  private static List<String> ours(Function<Case, String> word) {
    return named(
        CORPUS.stream().map(each -> isRefused(each) ? "unreadable" : word.apply(each)).toList());
  }

  private static boolean isStray(Case each) {
    return each.name().startsWith("stray line");
  }

  private static boolean isRefused(Case each) {
    return isStray(each) && !each.name().equals(READ_BY_DKIMPY);
  }

  @Test
  void dkimpyShouldAgree(@TempDir Path forDkim, @TempDir Path forArc) throws Exception {
    assertThat(CORPUS).hasSizeGreaterThan(60);
    assertThat(named(Dkimpy.verify("dkim", messages(), Corpus.dns(), forDkim)))
        .isEqualTo(ours(ForeignVerdictsTest::passOrFail));
    // It has no word for a chain whose last sealer found it broken.
    List<String> theirs =
        Dkimpy.verify("arc", messages(), Corpus.dns(), forArc).stream()
            .map(word -> word.equals("ended") ? "fail" : word)
            .toList();
    assertThat(named(theirs)).isEqualTo(ours(Case::arc));
  }

  /** dkimpy knows no other words. */
  private static String passOrFail(Case each) {
    if (each.name().equals(READ_BY_DKIMPY)) {
      return "pass";
    }
    return Arrays.stream(each.dkim().split(" ", -1))
        .map(word -> word.isEmpty() || word.equals("pass") ? word : "fail")
        .collect(Collectors.joining(" "));
  }

  @Test
  void openDkimShouldAgree(@TempDir Path directory) throws Exception {
    List<String> said = OpenDkim.verify(messages(), Corpus.dns(), directory);
    assertThat(said).hasSameSizeAs(CORPUS);
    for (int i = 0; i < said.size(); i++) {
      Case each = CORPUS.get(i);
      String complaint = said.get(i).replaceFirst("opendkim-testmsg: dkim_\\w+\\(\\): ", "");
      if (READ_BY_OPENDKIM.contains(each.name())) {
        assertThat(complaint).as(each.name()).isEmpty();
      } else if (isStray(each) || each.name().equals("no body")) {
        // Without a Date it looks at no signature.
        assertThat(complaint).as(each.name()).isEqualTo("Syntax error");
      } else {
        assertThat(complaint).as(each.name()).isIn(complaints(each.dkim()));
      }
    }
  }

  /** One right signature is enough; a header with too many or too few fields is refused as such. */
  private static List<String> complaints(String dkim) {
    return Stream.of(dkim.split(" ", -1)).anyMatch("pass"::equals)
        ? List.of("")
        : switch (dkim) {
          case "" -> List.of("No signature", "Syntax error");
          case "fail" -> List.of("Bad signature", "Syntax error");
          case "neutral" -> List.of("Unable to verify", "Syntax error");
          default -> List.of("Key retrieval failed", "Revoked key", "Unable to verify");
        };
  }

  @Test
  void rspamdShouldAgree(@TempDir Path directory) throws Exception {
    ScriptedDns dns = new ScriptedDns();
    Corpus.dns().texts().forEach((name, texts) -> dns.withTxt(name, texts.get(0)));
    List<String> theirs = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    try (ScriptedNameServer names = dns.serve();
        Rspamd rspamd = Rspamd.start(directory, names.address())) {
      for (Case each : CORPUS) {
        Set<String> symbols = rspamd.symbols(each.message(), CLIENT, "a@other.example");
        symbols.removeIf(symbol -> symbol.equals("DKIM_TRACE") || symbol.startsWith("R_SPF"));
        theirs.add(symbols.toString());
        expected.add(rspamds(each).toString());
      }
    }
    assertThat(named(theirs)).isEqualTo(named(expected));
  }

  private static Set<String> rspamds(Case each) {
    Set<String> symbols = new TreeSet<>();
    for (String word : each.dkim().split(" ", -1)) {
      symbols.add(word.isEmpty() ? "R_DKIM_NA" : DKIM_OF_RSPAMD.getOrDefault(word, ""));
    }
    symbols.add(ARC_OF_RSPAMD.get(each.arc()));
    symbols.add(DMARC_OF_RSPAMD.get(each.dmarc()));
    if (isStray(each) && !each.dkim().isEmpty() && !RSPAMD_DIFFERS.containsKey(each.name())) {
      return symbols.stream()
          .map(symbol -> READ_BY_RSPAMD.getOrDefault(symbol, symbol))
          .collect(Collectors.toCollection(TreeSet::new));
    }
    List<String> other = RSPAMD_DIFFERS.getOrDefault(each.name(), List.of("", ""));
    if (!other.get(0).isEmpty()) {
      assertThat(symbols.remove(other.get(0))).as(each.name()).isTrue();
    }
    symbols.add(other.get(1));
    symbols.remove("");
    return symbols;
  }

  @Test
  void rspamdShouldAgreeAboutSpf(@TempDir Path directory) throws Exception {
    ScriptedDns dns =
        ScriptedDns.of(
            "pass.example TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
            "fail.example TXT \"v=spf1 ip4:198.51.100.0/24 -all\"",
            "softfail.example TXT \"v=spf1 ~all\"",
            "neutral.example TXT \"v=spf1 ?all\"",
            "a.example TXT \"v=spf1 a -all\"",
            "a.example A 192.0.2.1",
            "mx.example TXT \"v=spf1 mx -all\"",
            "mx.example MX 10 a.example",
            "include.example TXT \"v=spf1 include:pass.example -all\"",
            "excluded.example TXT \"v=spf1 include:fail.example ~all\"",
            "redirect.example TXT \"v=spf1 redirect=a.example\"",
            "exists.example TXT \"v=spf1 exists:%{ir}.list.example -all\"",
            "1.2.0.192.list.example A 127.0.0.2",
            "six.example TXT \"v=spf1 ip6:2001:db8::/32 -all\"",
            "nowhere.example TXT \"v=spf1 include:nothing.example -all\"",
            "wrong.example TXT \"v=spf1 only:192.0.2.1 -all\"",
            "other.example TXT \"some text\"");
    String labels =
        "pass fail softfail neutral a mx include excluded redirect exists six nowhere wrong other"
            + " absent";
    Spf spf = new Spf(dns);
    try (ScriptedNameServer names = dns.serve();
        Rspamd rspamd = Rspamd.start(directory, names.address())) {
      for (String label : labels.split(" ", -1)) {
        String sender = "x@" + label + ".example";
        SpfRequest request =
            new SpfRequest(
                InetAddress.getByName(CLIENT), "helo.example.com", sender, "mx", Instant.EPOCH);
        Set<String> symbols = rspamd.symbols(Corpus.MESSAGE, CLIENT, sender);
        String word = spf.check(request).code().word();
        if (List.of("nowhere", "wrong").contains(label)) {
          // Sections 5.2 and 4.6 of RFC 7208 make these permanent errors; Rspamd goes past them.
          assertThat(word).isEqualTo("permerror");
          word = "fail";
        }
        assertThat(symbols).as(label).contains(SPF_OF_RSPAMD.get(word));
      }
    }
  }
}
