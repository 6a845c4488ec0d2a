/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.arc.PriorResults;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;

class AuthenticationResultsTest {
  private static String line(MethodResult... results) {
    return new AuthenticationResults("mx.example.com", List.of(results)).line();
  }

  private static MethodResult spf(String mailFrom) {
    return new MethodResult("spf", "pass", "", List.of(new Property("smtp", "mailfrom", mailFrom)));
  }

  @Test
  void nothingShouldBeNone() {
    assertThat(line()).isEqualTo("Authentication-Results: mx.example.com; none");
  }

  @Test
  void resultsShouldStandOnLinesOfTheirOwn() {
    assertThat(
            line(
                spf("a@b.example"),
                new MethodResult(
                    "dkim",
                    "fail",
                    "body hash does not match",
                    List.of(
                        new Property("header", "d", "b.example"),
                        new Property("header", "s", "sel"),
                        new Property("header", "b", "aB+/c=="))),
                new MethodResult("arc", "none", "", List.of())))
        .isEqualTo(
            """
            Authentication-Results: mx.example.com;
            \tspf=pass smtp.mailfrom=a@b.example;
            \tdkim=fail reason="body hash does not match" header.d=b.example
            \theader.s=sel header.b="aB+/c==";
            \tarc=none"""
                .replace("\n", "\r\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a@b.example|a@b.example",
        "@b.example|@b.example",
        "b.example|b.example",
        "a+b=c/d@b.example|a+b=c/d@b.example",
        "a b@c.example|\"a b@c.example\"",
        "a@b@c.example|\"a@b@c.example\"",
        "\"a b\"@c.example|\"\\\"a b\\\"@c.example\"",
        "a@b.example; dkim=pass|\"a@b.example; dkim=pass\"",
        "a\"; dkim=pass; x=\"|\"a\\\"; dkim=pass; x=\\\"\"",
        "a\\|\"a\\\\\"",
        "(a)|\"(a)\"",
        "a@|\"a@\"",
        "a=b|\"a=b\"",
      })
  void valuesShouldBeQuotedWhereTheyNeedIt(String value, String written) {
    assertThat(line(spf(value)))
        .isEqualTo(
            "Authentication-Results: mx.example.com;\r\n\tspf=pass smtp.mailfrom=" + written);
  }

  @Test
  void octetsThatAreNotVisibleShouldBeQuestionMarks() {
    assertThat(line(spf("a\r\nX: y\0\u00e9\u20ac\u007f")))
        .endsWith("smtp.mailfrom=\"a??X: y????\"");
  }

  /** ArcSeal takes the results from the field. */
  @Test
  void arcShouldFindTheResults() {
    String line = line(spf("a;b\r\n@c.example"), new MethodResult("dkim", "none", "", List.of()));
    assertThat(PriorResults.of(List.of(HeaderField.of(line, "\r\n")), "MX.example.com"))
        .isEqualTo("spf=pass smtp.mailfrom=\"a;b??@c.example\";\r\n\tdkim=none");
  }

  @Test
  void overlongValueShouldBeLeftOutAndReasonCut() {
    assertThat(line(spf("a".repeat(300) + "@victim.example" + "x".repeat(20))))
        .isEqualTo("Authentication-Results: mx.example.com;\r\n\tspf=pass");
    MethodResult explained = new MethodResult("spf", "fail", "r".repeat(5000), List.of());
    assertThat(line(explained)).hasSizeLessThan(200);
  }

  @Test
  void emptyValueShouldBeLeftOut() {
    assertThat(line(spf(""))).endsWith("spf=pass");
  }

  /** Whatever is in the values: one field, of short lines, with as many results as there are. */
  @Test
  void nothingShouldBreakOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      String line =
          line(spf(noise(random)), new MethodResult("dkim", "fail", noise(random), List.of()));
      HeaderBlock block = HeaderBlock.parse(latin1(line + "\r\nX: end\r\n\r\n"));
      assertThat(block.fields()).as("seed %d", seed).hasSize(2);
      assertThat(line.lines()).as("seed %d", seed).allMatch(each -> each.length() < 998);
      String open = withoutQuoted(line);
      assertThat(open.chars().filter(c -> c == ';').count())
          .as("seed %d: %s", seed, line)
          .isEqualTo(2);
      assertThat(open).as("seed %d", seed).doesNotContain("(", "\"", "\\");
    }
  }

  private static String noise(Random random) {
    String alphabet = "a.@;\"\\ ()=\r\n\t\0,é€";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static String withoutQuoted(String line) {
    StringBuilder open = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        open.append(c);
      }
    }
    assertThat(quoted).isFalse();
    return open.toString();
  }
}
