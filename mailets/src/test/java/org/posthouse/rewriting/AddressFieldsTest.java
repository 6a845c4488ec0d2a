/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.rewriting.AddressFields.Outcome;

/**
 * The lines of {@code address-fields.txt}: a header line, then {@code =} and its addr-specs
 * separated by two spaces, or {@code !} and a word of the reason why it stays.
 */
class AddressFieldsTest {
  private static final AddressRewriting TO_NEW =
      address -> Optional.of(new Address("new", "new.example"));

  record Case(String line, List<String> addresses, String reason) {
    boolean isReadable() {
      return reason.isEmpty();
    }
  }

  static List<Case> corpus() throws Exception {
    List<Case> cases = new ArrayList<>();
    String line = "";
    for (String text : resource().split("\n", -1)) {
      if (text.startsWith("= ") || text.equals("=")) {
        String list = text.substring(1).strip();
        cases.add(new Case(line, list.isEmpty() ? List.of() : List.of(list.split("  ", -1)), ""));
      } else if (text.startsWith("! ")) {
        cases.add(new Case(line, List.of(), text.substring(2)));
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        line = unescaped(text);
      }
    }
    return cases;
  }

  @Test
  void corpusShouldBeLarge() throws Exception {
    assertThat(corpus()).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void addrSpecsShouldBeFoundWhereTheyStand(Case each) {
    List<String> seen = new ArrayList<>();
    Outcome outcome =
        AddressFields.rewrite(
            each.line,
            "\r\n",
            address -> {
              seen.add(address.toString());
              return Optional.empty();
            });
    if (each.isReadable()) {
      assertThat(outcome).isInstanceOf(Outcome.Unchanged.class);
      assertThat(seen).containsExactlyElementsOf(each.addresses);
    } else {
      assertThat(outcome).isInstanceOf(Outcome.Unparsable.class);
      assertThat(((Outcome.Unparsable) outcome).reason()).contains(each.reason);
      assertThat(seen).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void octetsOutsideOfAddrSpecsShouldStay(Case each) {
    if (each.isReadable() && !each.addresses.isEmpty()) {
      String rewritten = rewritten(each.line, TO_NEW);
      List<AddrSpec> before = addrSpecs(each.line);
      List<AddrSpec> after = addrSpecs(rewritten);
      assertThat(after).hasSameSizeAs(before);
      assertThat(gaps(rewritten, after)).isEqualTo(gaps(each.line, before));
      assertThat(after)
          .allSatisfy(spec -> assertThat(spec.address()).hasToString("new@new.example"));
    }
  }

  @Test
  void rewritingToTheSameShouldChangeNothing() throws Exception {
    for (Case each : corpus()) {
      assertThat(AddressFields.rewrite(each.line, "\r\n", Optional::of))
          .isNotInstanceOf(Outcome.Rewritten.class);
    }
  }

  @Test
  void onlyTheDomainShouldBeWrittenWhenOnlyTheDomainChanges() {
    AddressRewriting domain = address -> Optional.of(address.withDomain("out.example"));
    assertThat(rewritten("From: \"A, B\" <\"j. d\"(x)@(y) in . example (z)> (w)", domain))
        .isEqualTo("From: \"A, B\" <\"j. d\"(x)@(y) out.example (z)> (w)");
    assertThat(rewritten("From: j . (c (n)) d @ example.com", domain))
        .isEqualTo("From: j . (c (n)) d @ out.example");
  }

  @Test
  void commentsWithinAReplacedPartShouldMoveBehindIt() {
    assertThat(rewritten("To: j . (c (n)) d @ in (o) . example", TO_NEW))
        .isEqualTo("To: new (c (n)) @ new.example (o)");
  }

  @Test
  void utf8ShouldBeWrittenAsOctets() {
    AddressRewriting user = address -> Optional.of(address.withUser(address.user() + "é"));
    String line = octets("From: Jürgen <jürgen@bücher.example>");
    assertThat(rewritten(line, user)).isEqualTo(octets("From: Jürgen <jürgené@bücher.example>"));
  }

  @Test
  void lineThatGetsTooLongShouldBeFoldedBetweenAddresses() {
    String line = "To: " + "a@b.example,".repeat(80) + "\r\n z@z.example";
    String rewritten = rewritten(line, TO_NEW);
    assertThat(rewritten.split("\r\n", -1))
        .hasSize(3)
        .allSatisfy(each -> assertThat(each.length()).isLessThanOrEqualTo(998))
        .allSatisfy(each -> assertThat(each).matches("(To:)? .*"));
    assertThat(rewritten.replace("\r\n", "").replace(" ", ""))
        .isEqualTo("To:" + "new@new.example,".repeat(80) + "new@new.example");
    assertThat(addrSpecs(rewritten)).hasSize(81);
  }

  @Test
  void foldShouldUseTheLineEndOfTheMessageAndWhiteSpaceThatIsThere() {
    String line = "To: " + "a@b.example, ".repeat(70) + "z@z.example";
    Outcome outcome = AddressFields.rewrite(line, "\n", TO_NEW);
    String rewritten = ((Outcome.Rewritten) outcome).line();
    assertThat(rewritten.replace("\n", ""))
        .isEqualTo("To: " + "new@new.example, ".repeat(70) + "new@new.example");
    assertThat(rewritten.split("\n", -1)).hasSize(2);
  }

  @Test
  void tokenThatFitsInNoLineShouldKeepTheField() {
    String line = "To: (" + "x".repeat(1200) + ") a@b.example";
    assertThat(AddressFields.rewrite(line, "\r\n", TO_NEW)).isInstanceOf(Outcome.Unparsable.class);
  }

  @Test
  void hugeLineShouldBeReadInNoTime() {
    long start = System.nanoTime();
    for (String unit : List.of("a@b,", "(", "((", "\"", "<", "<@a,", "g:", "a.", "\\", "[", ",")) {
      AddressFields.rewrite("To: @" + unit.repeat(500_000 / unit.length()), "\r\n", TO_NEW);
    }
    assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
  }

  /** Random tokens: nothing is thrown, and what stays is what came. */
  @Test
  void randomLinesShouldKeepTheirOctetsWithAnEmptyTable() throws Exception {
    Random random = new Random(20_261_129);
    AddressTable empty = AddressTable.read("none", "", TableOptions.DEFAULT);
    int readable = 0;
    for (int i = 0; i < 60_000; i++) {
      String line = "To:" + randomList(random);
      Outcome outcome = AddressFields.rewrite(line, "\r\n", empty);
      assertThat(outcome).isNotInstanceOf(Outcome.Rewritten.class);
      if (AddressFields.rewrite(line, "\r\n", TO_NEW) instanceof Outcome.Rewritten changed) {
        List<AddrSpec> before = addrSpecs(line);
        List<AddrSpec> after = addrSpecs(changed.line());
        assertThat(gaps(changed.line(), after)).as(line).isEqualTo(gaps(line, before));
        readable++;
      }
    }
    assertThat(readable).isGreaterThan(1_000);
  }

  private static String randomList(Random random) {
    String[] parts = {
      "a",
      "b.c",
      "@",
      "@",
      "x.example",
      "<",
      ">",
      ",",
      ";",
      ":",
      "\"q, @\"",
      "(c)",
      "(d(e))",
      " ",
      "\r\n ",
      "=?utf-8?q?a?=",
      "\u00e9",
      ".",
      "[192.0.2.1]",
      "a@b.example",
      "<c@d.example>",
      "\\",
      "\u0000",
      "\"",
      "(",
      ")"
    };
    StringBuilder list = new StringBuilder();
    int common = random.nextInt(4) == 0 ? parts.length : 22;
    for (int i = random.nextInt(9); i >= 0; i--) {
      list.append(parts[random.nextInt(common)]);
    }
    return list.toString();
  }

  private static String rewritten(String line, AddressRewriting rewriting) {
    Outcome outcome = AddressFields.rewrite(line, "\r\n", rewriting);
    assertThat(outcome).isInstanceOf(Outcome.Rewritten.class);
    return ((Outcome.Rewritten) outcome).line();
  }

  private static List<AddrSpec> addrSpecs(String line) {
    AddressList list = AddressList.of(HeaderTokens.of(line, line.indexOf(':') + 1));
    assertThat(list.failure()).isEmpty();
    return list.addrSpecs();
  }

  /** What stands between the parts of addresses, their own comments put aside. */
  private static List<String> gaps(String line, List<AddrSpec> specs) {
    List<String> gaps = new ArrayList<>();
    int from = 0;
    for (AddrSpec spec : specs) {
      gaps.add(line.substring(from, spec.localStart()));
      gaps.add(line.substring(spec.localEnd(), spec.domainStart()).replaceAll("\\s*\\(.*\\)", ""));
      from = spec.domainEnd();
    }
    gaps.add(line.substring(from).replaceAll("^( \\([^<>,]*\\))+", ""));
    return gaps.stream().map(gap -> gap.replaceAll("\\s*\\(.*", "")).toList();
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String resource() throws Exception {
    try (var in = AddressFieldsTest.class.getResourceAsStream("address-fields.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String unescaped(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("{", i) && text.indexOf('}', i) == i + 3) {
        line.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 3;
      } else {
        line.append(text.charAt(i));
      }
    }
    return line.toString();
  }
}
