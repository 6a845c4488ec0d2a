/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressTableTest {
  private static final TableOptions LOCAL =
      new TableOptions("+", Set.of("local.example"), "origin.example", true, 0);

  @Test
  void keysShouldBeTriedInPostfixOrder() throws Exception {
    String[] lines = {
      "u+t@d.local.example one@x.example\n",
      "/^u.t@d/ two@x.example\n",
      "u@d.local.example three@x.example\n",
      "u+t four@x.example\n",
      "u five@x.example\n",
      "@d.local.example six@x.example\n",
      ".local.example seven@x.example\n",
      ".example eight@x.example\n",
      "u+t@ nine@x.example\n",
      "u@ ten@x.example\n"
    };
    String[] expected = {
      "one", "two", "three+t", "four", "five+t", "six", "seven", "eight", "nine", "ten+t"
    };
    TableOptions options = new TableOptions("+", Set.of("d.local.example"), "", true, 0);
    for (int first = 0; first < lines.length; first++) {
      StringBuilder table = new StringBuilder();
      for (int line = lines.length - 1; line >= first; line--) {
        table.append(lines[line]);
      }
      assertThat(rewrite(table.toString(), options, "u+t@d.local.example"))
          .isEqualTo(expected[first] + "@x.example");
    }
  }

  @Test
  void userAloneShouldBeForLocalDomainsOnly() throws Exception {
    assertThat(rewrite("u v@x.example", LOCAL, "u@local.example")).isEqualTo("v@x.example");
    assertThat(rewrite("u v@x.example", LOCAL, "u@other.example")).isNull();
  }

  @Test
  void extensionShouldStayUnlessTheKeyNamesItOrItIsNotPropagated() throws Exception {
    TableOptions plain = new TableOptions("+-", Set.of(), "", false, 0);
    assertThat(rewrite("u@d v@x", LOCAL, "u+a+b@d")).isEqualTo("v+a+b@x");
    assertThat(rewrite("u@d @x", LOCAL, "u+a@d")).isEqualTo("u+a@x");
    assertThat(rewrite("@d @x", LOCAL, "u+a@d")).isEqualTo("u+a@x");
    assertThat(rewrite("@d v@x", LOCAL, "u+a@d")).isEqualTo("v@x");
    assertThat(rewrite("u@d v@x", plain, "u+a@d")).isEqualTo("v@x");
    assertThat(rewrite("u@d @x", plain, "u-a@d")).isEqualTo("u@x");
    assertThat(rewrite("owner@d v@x", plain, "owner-list@d")).isNull();
    assertThat(rewrite("list@d v@x", plain, "list-request@d")).isNull();
    assertThat(rewrite("@d v@x", new TableOptions("", Set.of(), "", true, 0), "u+a@d"))
        .isEqualTo("v@x");
  }

  @Test
  void letterCaseShouldNotCountAndStayWhereTheUserStays() throws Exception {
    assertThat(rewrite("User@D.Example v@X.Example", LOCAL, "uSER@d.eXAMPLE"))
        .isEqualTo("v@X.Example");
    assertThat(rewrite("@d.example @x.example", LOCAL, "Some.User@D.EXAMPLE"))
        .isEqualTo("Some.User@x.example");
  }

  @Test
  void quotedLocalPartsShouldBeFoundInEitherForm() throws Exception {
    String table = "\"dd ee\"@d.example \"ff gg\"@x.example\n\"a.b\"@d.example c@x.example\n";
    assertThat(rewrite(table, LOCAL, "\"dd ee\"@d.example")).isEqualTo("\"ff gg\"@x.example");
    assertThat(rewrite(table, LOCAL, "\"dd\\ ee+a b\"@d.example"))
        .isEqualTo("\"ff gg+a b\"@x.example");
    assertThat(rewrite(table, LOCAL, "a.b@d.example")).isEqualTo("c@x.example");
    assertThat(rewrite(table, LOCAL, "\"a.b\"@d.example")).isEqualTo("c@x.example");
    assertThat(rewrite("@d.example @x.example", LOCAL, "\"a@b\"@d.example"))
        .isEqualTo("\"a@b\"@x.example");
  }

  @Test
  void internationalDomainsShouldBeEqualInBothForms() throws Exception {
    String table = "u@BÜCHER.example @straße.example\n@xn--bcher-kva.example @x.example\n";
    assertThat(rewrite(table, LOCAL, "u@xn--bcher-kva.example")).isEqualTo("u@strasse.example");
    assertThat(rewrite(table, LOCAL, "u@bücher.example")).isEqualTo("u@strasse.example");
    assertThat(rewrite(table, LOCAL, "w@Bücher.EXAMPLE")).isEqualTo("w@x.example");
    assertThat(rewrite("@d.example @x", LOCAL, "u@d.example.")).isEqualTo("u@x");
  }

  @Test
  void patternsShouldFillInTheirGroups() throws Exception {
    String table =
        """
        /^(.+)\\.(.+)@d\\.example$/ $2${1}$(2)@x.example
        /^A@Big\\.example$/i big@x.example
        #/^c\\/d@#i $1
        /c\\/d@(.*)/ slash@$1
        """;
    assertThat(rewrite(table, LOCAL, "a.b@D.example")).isEqualTo("bab@x.example");
    assertThat(rewrite(table, LOCAL, "A@Big.example")).isEqualTo("big@x.example");
    assertThat(rewrite(table, LOCAL, "a@big.example")).isNull();
    assertThat(rewrite(table, LOCAL, "c/d@e.example")).isEqualTo("slash@e.example");
  }

  @Test
  void patternThatGivesNoAddressShouldLeaveTheAddress() throws Exception {
    assertThat(rewrite("/^(x*)a/ $1@$1", LOCAL, "a@d.example")).isNull();
    assertThat(rewrite("/^(.*)@/ u@$1", LOCAL, "\"a b\"@d.example")).isNull();
  }

  @Test
  void hostilePatternsShouldEndInTime() throws Exception {
    AddressTable table = AddressTable.read("t", "/^(a+)+(a|aa)+$/ b@x.example", LOCAL);
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(table.rewrite(new Address("a".repeat(250), "d.example"))).isEmpty();
    }
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void resultShouldBeLookedUpAgainOnlyByChoice() throws Exception {
    String table = "a@d b@d\nb@d c@d\nc@d c@d\nl@d m@d\nm@d l@d\n";
    TableOptions deep = new TableOptions("+", Set.of(), "", true, 10);
    assertThat(rewrite(table, LOCAL, "a@d")).isEqualTo("b@d");
    assertThat(rewrite(table, deep, "a@d")).isEqualTo("c@d");
    assertThat(rewrite(table, deep, "c@d")).isNull();
    assertThat(rewrite(table, deep, "l@d")).as("a loop leaves the address").isNull();
    assertThat(rewrite(table, new TableOptions("+", Set.of(), "", true, 1), "a@d"))
        .isEqualTo("c@d");
  }

  @Test
  void commentsEmptyLinesAndContinuationsShouldBeReadAsPostfixDoes() throws Exception {
    String table = "# c\n\na@d\n# between\n\n   b@x\r\n  # indented comment\nc@d\te@x\n";
    assertThat(rewrite(table, LOCAL, "a@d")).isEqualTo("b@x");
    assertThat(rewrite(table, LOCAL, "c@d")).isEqualTo("e@x");
  }

  @Test
  void inlineTablesShouldHaveOneEntryPerLineHoweverIndented() throws Exception {
    AddressTable table = AddressTable.readInline("<canonical>", "a@d b@x\n     c@d e@x\n  ", LOCAL);
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.rewrite(new Address("c", "d"))).contains(new Address("e", "x"));
  }

  @Test
  void originShouldCompleteAResultWithoutDomain() throws Exception {
    assertThat(rewrite("a@d john", LOCAL, "a@d")).isEqualTo("john@origin.example");
  }

  @Test
  void allThatIsWrongShouldBeToldAtOnceWithItsLine() {
    String table =
        """
          first@d x@y
        nothing@d
        two@d a@x, b@x
        two@d a@x b@x
        bare a@x
        ok@d a@x
        ok@d b@x
        ok@d a@x
        a@b@ c@x
        @ c@x
        . c@x
        "open@d c@x
        bad@do,main c@x
        to@d nodomain
        to@d c@b@d@
        to@d jürgen@x
        /open c@x
        /(a/ c@x
        /a/ $1@x
        /a/z c@x
        /a/ $@x
        /a/
        !/a/ c@x
        bytes@d \uFFFD@x
        /a/ one@x two@x
        at@d x@@y
        hyphen@d a@-b
        quote@d "a@b
        """;
    RulesException wrong =
        catchThrowableOfType(
            RulesException.class, () -> AddressTable.read("conf/t", table, TableOptions.DEFAULT));
    assertThat(wrong.problems())
        .extracting(each -> each.replaceAll("conf/t, line (\\d+): .*", "$1"))
        .containsExactly(
            "1", "2", "3", "4", "5", "7", "10", "11", "12", "13", "14", "15", "16", "17", "18",
            "19", "20", "21", "22", "23", "24", "25", "26", "27", "28");
    assertThat(wrong).hasMessageContaining("conf/t, line 7: 'ok@d' has another address above");
    assertThat(wrong).hasMessageContaining("write 'bare@'");
  }

  @Test
  void anyTextShouldBeLookedUpWithoutHarm() throws Exception {
    AddressTable table =
        AddressTable.read(
            "t", ".example @x.example\n/u(.*)@/ $1@x.example\nq@ @y.example\n", LOCAL);
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder domain = new StringBuilder("d");
      for (int c = random.nextInt(30); c >= 0; c--) {
        domain.append((char) (random.nextBoolean() ? random.nextInt(0x250) : '.' + c));
      }
      Address address = new Address("\"u" + domain + "\"", domain + ".example");
      if (address.isUsable()) {
        table.rewrite(address).ifPresent(to -> assertThat(to.isUsable()).isTrue());
      }
    }
  }

  private static String rewrite(String table, TableOptions options, String address)
      throws Exception {
    Optional<Address> parsed = Address.parse(address);
    assertThat(parsed).as(address).isPresent();
    return AddressTable.read("table", table, options)
        .rewrite(parsed.get())
        .map(Address::toString)
        .orElse(null);
  }
}
