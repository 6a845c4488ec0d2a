/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import javax.mail.internet.MimeUtility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;

class HeaderRulesTest {
  private static final String HEADER =
      "Received: one\r\nX-A: 1\r\nSubject: [int] Hello,\r\n [int] world\r\nx-a: 2\r\nX-Ab: 3\r\n";

  /** A mail whose attributes are the map's, and whose matchers hold when they are named yes. */
  record Context(Map<String, String> attributes, boolean isUtf8) implements RuleContext {
    @Override
    public String sender() {
      return "s@example.com";
    }

    @Override
    public String recipient() {
      return "";
    }

    @Override
    public String login() {
      return "ann";
    }

    @Override
    public String mailName() {
      return "Mail1";
    }

    @Override
    public String attribute(String name) {
      return attributes.getOrDefault(name, "");
    }

    @Override
    public ZonedDateTime now() {
      return ZonedDateTime.of(2026, 11, 3, 9, 5, 7, 0, ZoneOffset.ofHours(2));
    }

    @Override
    public boolean matches(String matcher) {
      return matcher.equals("yes");
    }
  }

  @Test
  void addShouldPutAFieldBelowTheOthers() throws Exception {
    assertThat(apply("add X-A: 4", HEADER)).isEqualTo(HEADER + "X-A: 4\r\n");
    assertThat(apply("add X-A: 4", "A: 1\nB: 2")).isEqualTo("A: 1\nX-A: 4\nB: 2");
    assertThat(apply("add X-A: 4", "")).isEqualTo("X-A: 4\r\n");
  }

  @Test
  void setShouldLeaveOneFieldInThePlaceOfTheFirst() throws Exception {
    assertThat(apply("set X-A: new", HEADER))
        .isEqualTo(
            "Received: one\r\nX-A: new\r\nSubject: [int] Hello,\r\n [int] world\r\nX-Ab: 3\r\n");
    assertThat(apply("set X-New: a", HEADER)).isEqualTo(HEADER + "X-New: a\r\n");
  }

  @Test
  void removeShouldTakeNamesAndPatterns() throws Exception {
    assertThat(apply("remove x-a", HEADER)).doesNotContain("X-A:", "x-a:").contains("X-Ab");
    assertThat(apply("remove X-*", HEADER))
        .isEqualTo("Received: one\r\nSubject: [int] Hello,\r\n [int] world\r\n");
    assertThat(apply("remove *b", HEADER)).doesNotContain("X-Ab");
    assertThat(apply("remove *", HEADER)).isEmpty();
  }

  @Test
  void replaceShouldSeeTheTextWithoutFolds() throws Exception {
    assertThat(apply("replace Subject: /\\[INT\\] *//", HEADER))
        .contains("Subject: Hello, [int] world\r\n");
    assertThat(apply("replace Subject: /\\[INT\\] *//g", HEADER))
        .contains("Subject: Hello, world\r\n");
    assertThat(apply("replace Subject: /\\[INT\\]/x/i", HEADER)).isEqualTo(HEADER);
    assertThat(apply("replace Subject: #(Hello), (\\S+)#$2/${1}$$#", HEADER))
        .contains("Subject: [int] [int]/Hello$ world\r\n");
    assertThat(apply("replace X-*: /^\\d$/n/", HEADER))
        .contains("X-A: n\r\n", "x-a: n\r\n", "X-Ab: n\r\n");
  }

  @Test
  void renameShouldKeepTheRestOfTheLine() throws Exception {
    assertThat(apply("rename X-A: X-B", "X-A:1\r\n\t2\r\nx-a : 3\r\n"))
        .isEqualTo("X-B:1\r\n\t2\r\nX-B: 3\r\n");
    assertThat(apply("rename X-*-Id: Y-*", "X-Mail-Id: 1\r\nX-Id: 2\r\n"))
        .isEqualTo("Y-Mail: 1\r\nX-Id: 2\r\n");
  }

  @Test
  void nothingThatIsNoNameShouldBeWritten() throws Exception {
    String header = "X-Ren-: v\r\nX-Ren-a b: v\r\nX-Ren-\u00e9: v\r\nX-Ren-Ok: v\r\nX-Ren-\r\n";
    assertThat(apply("rename X-Ren-*: *", header)).isEqualTo(header.replace("X-Ren-Ok", "Ok"));
    String nameless = ": v\r\nno field v\r\na b: v\r\n";
    assertThat(apply("replace *: /v/w/", nameless + "X: v\r\n")).isEqualTo(nameless + "X: w\r\n");
    assertThat(apply("rename X-*: Y-*", "X-" + "a".repeat(75) + ": v\r\n")).startsWith("Y-aaa");
    String longest = "X-" + "a".repeat(75) + ": v\r\n";
    assertThat(apply("rename X-*: Long-*", longest)).isEqualTo(longest);
  }

  @Test
  void rulesShouldBeAppliedInTheirOrder() throws Exception {
    String rules =
        """
        # a comment
        rename X-A: X-Z
        remove X-A
          add X-A: new
        replace X-*: /^/>/
        """;
    assertThat(apply(rules, "X-A: 1\r\n")).isEqualTo("X-Z: >1\r\nX-A: >new\r\n");
  }

  @Test
  void conditionsShouldCoverTheRulesUpToTheirEnd() throws Exception {
    String rules =
        """
        when header X-A: /^1$/
          add A: a
          remove X-A
        end
        when header X-A
          add B: b
        end
        when not header X-A
          add C: c
        end
        when match yes
          add D: d
        end
        when match SenderIs=x@y
          add E: e
        end
        when not match SenderIs=x@y
          add F: f
        end
        add G: g
        """;
    assertThat(apply(rules, "X-A: 1\r\n")).isEqualTo("A: a\r\nC: c\r\nD: d\r\nF: f\r\nG: g\r\n");
    assertThat(HeaderRules.read("r", rules).matchers())
        .containsExactly("yes", "SenderIs=x@y", "SenderIs=x@y");
  }

  @Test
  void variablesShouldBeFilledIn() throws Exception {
    String rule =
        "set X: ${sender} ${login} ${mailname} ${attribute:a.b} ${header:subject} ${dollar}{x} ${date}";
    assertThat(apply(rule, "Subject: a\r\n b\r\n", new Context(Map.of("a.b", "v"), false)))
        .contains("X: s@example.com ann Mail1 v a b ${x} Tue, 3 Nov 2026 09:05:07")
        .contains("+0200\r\n");
  }

  @Test
  void emptyValueShouldAddNothing() throws Exception {
    assertThat(apply("add X: ${recipient}\nset Y: ${attribute:none}", HEADER)).isEqualTo(HEADER);
  }

  @Test
  void nothingShouldBeInjectedByAnyVariable() throws Exception {
    String evil = "a\r\nBcc: x@y\r\n\r\nbody\u0000\u0085\u2028\u007f" + "z".repeat(10_000);
    String after = apply("add X: ${attribute:e}!", HEADER, new Context(Map.of("e", evil), false));
    assertThat(after).startsWith(HEADER);
    assertThat(fields(after.substring(HEADER.length())))
        .singleElement()
        .satisfies(field -> assertThat(field.name()).isEqualTo("X"))
        .satisfies(field -> assertThat(field.line()).doesNotContain("\0", "\u0085"))
        .satisfies(field -> assertThat(field.line().length()).isLessThan(600));
  }

  @Test
  void replacedTextShouldNotInjectEither() throws Exception {
    assertThat(apply("replace X: /b/c/", "X: a\u0000b\rBcc: d\r\n")).isEqualTo("X: a c Bcc: d\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Grüße aus Köln",
        "日本語の件名はとても長いので、いくつかの符号化された単語に分けられます。そうでなければなりません。",
        "plain 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 words",
        "é",
        "a  é  b"
      })
  void textBeyondAsciiShouldBecomeEncodedWords(String text) throws Exception {
    String line = apply("set Subject: " + text, "");
    assertThat(line.lines().toList()).allSatisfy(each -> assertThat(each).hasSizeLessThan(79));
    assertThat(line).isASCII();
    String value = line.substring("Subject:".length()).replace("\r\n", "").strip();
    assertThat(MimeUtility.decodeText(value)).isEqualTo(text);
  }

  @Test
  void textBeyondAsciiShouldStayUtf8WithSmtputf8() throws Exception {
    String line = apply("set Subject: Grüße", "", new Context(Map.of(), true));
    assertThat(line.getBytes(StandardCharsets.ISO_8859_1))
        .isEqualTo("Subject: Grüße\r\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void longTextShouldBeFolded() throws Exception {
    String line = apply("set X: " + "word ".repeat(100) + "é ".repeat(100) + "y".repeat(950), "");
    assertThat(line.lines().toList()).allSatisfy(each -> assertThat(each).hasSizeLessThan(79));
    assertThat(line.lines().skip(1)).allSatisfy(each -> assertThat(each).matches(" \\S.*"));
  }

  @Test
  void allThatIsWrongShouldBeToldAtOnce() {
    String rules =
        """
        ad X: y
        add X y
        add X:
        add X Y: z
        set Ünique: z
        set X: ${senders}
        set X: ${header}
        set X: ${sender
        remove X-*-*
        remove
        replace X: /a/b
        replace X: /(/b/
        replace X: /a/$1/
        replace X: /a/b/k
        rename X: Y-*
        rename X: Y:Z
        end
        when
        when header
        when header X: y
        when match
        set X: a\u0007b
        when header X
        when header Y
        """;
    RulesException wrong =
        catchThrowableOfType(RulesException.class, () -> HeaderRules.read("<rules>", rules));
    assertThat(wrong.problems())
        .extracting(each -> each.replaceAll("(?s)<rules>, line (\\d+): .*", "$1"))
        .isEqualTo(
            List.of(
                "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15",
                "16", "17", "18", "19", "20", "21", "22", "23", "24", "18"));
  }

  private static String apply(String rules, String header) throws Exception {
    return apply(rules, header, new Context(Map.of(), false));
  }

  private static String apply(String rules, String header, RuleContext context) throws Exception {
    HeaderEdit edit = new HeaderEdit(fields(header));
    HeaderRules.read("<rules>", rules).apply(edit, context);
    StringBuilder text = new StringBuilder();
    edit.fields().forEach(field -> text.append(field.line()).append(field.end()));
    assertThat(edit.isChanged()).isEqualTo(!text.toString().equals(header));
    return text.toString();
  }

  private static List<HeaderField> fields(String header) {
    return HeaderBlock.parse(header.getBytes(StandardCharsets.ISO_8859_1)).fields();
  }
}
