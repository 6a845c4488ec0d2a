/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalizationTest {
  @Test
  void relaxedFieldShouldBeAsInTheExampleOfTheRfc() {
    // RFC 6376 section 3.4.5.
    assertThat(field(Canonicalization.RELAXED, "A: X")).isEqualTo("a:X");
    assertThat(field(Canonicalization.RELAXED, "B : Y\t\r\n\tZ  ")).isEqualTo("b:Y Z");
  }

  @Test
  void simpleFieldShouldStayButForLineEnds() {
    assertThat(field(Canonicalization.SIMPLE, "B : Y\t\r\n\tZ  ")).isEqualTo("B : Y\t\r\n\tZ  ");
    assertThat(field(Canonicalization.SIMPLE, "B: Y\n\tZ\n X")).isEqualTo("B: Y\r\n\tZ\r\n X");
  }

  @Test
  void oddFieldsShouldHaveARelaxedForm() {
    assertThat(field(Canonicalization.RELAXED, "Empty:")).isEqualTo("empty:");
    assertThat(field(Canonicalization.RELAXED, "Blank: \r\n \t")).isEqualTo("blank:");
    assertThat(field(Canonicalization.RELAXED, "LF: a\n b")).isEqualTo("lf:a b");
    assertThat(field(Canonicalization.RELAXED, "CR: a\rb")).isEqualTo("cr:a\rb");
    assertThat(field(Canonicalization.RELAXED, "NUL: \0\u00ff :")).isEqualTo("nul:\0\u00ff :");
    assertThat(field(Canonicalization.RELAXED, "Odd Name\t:x")).isEqualTo("odd name:x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "|CRLF|",
        "CRLF|CRLF|",
        "CRLFCRLFCRLF|CRLF|",
        " CRLF| CRLF|",
        " TABCRLF CRLF| TABCRLF CRLF|",
        " C CRLFD TAB ECRLFCRLFCRLF| C CRLFD TAB ECRLF| CCRLFD ECRLF",
        "lastline|lastlineCRLF|lastlineCRLF",
        "last  line  |last  line  CRLF|last lineCRLF",
        "aLFbLF|aCRLFbCRLF|aCRLFbCRLF",
        "aCRLFLF LFbLFLF|aCRLFCRLF CRLFbCRLF|aCRLFCRLFCRLFbCRLF",
        "aCR|aCRCRLF|aCRCRLF",
        "aCRb|aCRbCRLF|aCRbCRLF",
        "a CR bCRCRLF|a CR bCRCRLF|a CR bCRCRLF",
        "CR|CRCRLF|CRCRLF",
        "CRLFCRLFa|CRLFCRLFaCRLF|CRLFCRLFaCRLF"
      })
  void bodyShouldHaveCanonicalForms(String body, String simple, String relaxed) throws Exception {
    assertForm(Canonicalization.SIMPLE, body, simple);
    assertForm(Canonicalization.RELAXED, body, relaxed);
  }

  @Test
  void bareCrShouldEndALineThatJavaMailSends() throws Exception {
    BodyHashes hashes = BodyHashes.sentByJavaMail();
    BodyHash simple = hashes.whole(Canonicalization.SIMPLE);
    BodyHash relaxed = hashes.whole(Canonicalization.RELAXED);
    hashes.write("a \rb\r\r\nc\n\r".getBytes(ISO_8859_1));
    hashes.close();
    assertThat(simple.value()).isEqualTo(sha256("a \r\nb\r\n\r\nc\r\n"));
    assertThat(relaxed.value()).isEqualTo(sha256("a\r\nb\r\n\r\nc\r\n"));
  }

  @Test
  void formShouldNotDependOnHowTheBodyComes() throws Exception {
    Random random = new Random(6376);
    String alphabet = "aaab \t\r\n\n\0\u00ff";
    for (int round = 0; round < 2000; round++) {
      String body =
          random
              .ints(random.nextInt(60), 0, alphabet.length())
              .mapToObj(i -> alphabet.substring(i, i + 1))
              .map(one -> random.nextInt(9) == 0 ? one.repeat(random.nextInt(90)) : one)
              .collect(Collectors.joining());
      byte[] octets = body.getBytes(ISO_8859_1);
      for (Canonicalization form : Canonicalization.values()) {
        BodyHashes hashes = BodyHashes.received();
        BodyHash hash = hashes.whole(form);
        for (int at = 0; at < octets.length; ) {
          int most = random.nextBoolean() ? 5 : 500;
          int count = Math.min(1 + random.nextInt(most), octets.length - at);
          hashes.write(octets, at, count);
          at += count;
        }
        hashes.close();
        assertThat(hash.value()).as(body).isEqualTo(sha256(reference(form, body)));
      }
    }
  }

  @Test
  void longLinesAndManyEmptyLinesShouldPass() throws Exception {
    String line = "x".repeat(100_000);
    String gap = "\r\n".repeat(50_000);
    assertForm(Canonicalization.RELAXED, line + gap + " y" + gap, line + gap + " y\r\n");
    assertForm(Canonicalization.SIMPLE, line + gap + " y" + gap, line + gap + " y\r\n");
  }

  @Test
  void beginningOfABodyShouldBeHashedBesideTheWhole() throws Exception {
    BodyHashes hashes = BodyHashes.received();
    BodyHash whole = hashes.whole(Canonicalization.RELAXED);
    BodyHash part = hashes.of(Canonicalization.RELAXED, OptionalLong.of(3)).orElseThrow();
    BodyHash beyond = hashes.of(Canonicalization.RELAXED, OptionalLong.of(8)).orElseThrow();
    BodyHash none = hashes.of(Canonicalization.RELAXED, OptionalLong.of(0)).orElseThrow();
    hashes.write("ab  cd\r\n".getBytes(ISO_8859_1));
    hashes.close();
    assertThat(whole.value()).isEqualTo(sha256("ab cd\r\n"));
    assertThat(part.value()).isEqualTo(sha256("ab "));
    assertThat(none.value()).isEqualTo(sha256(""));
    assertThat(part.isShort()).isFalse();
    assertThat(beyond.isShort()).isTrue();
  }

  @Test
  void sameHashShouldBeMadeOnceAndLengthsShouldBeBounded() {
    BodyHashes hashes = BodyHashes.received();
    assertThat(hashes.whole(Canonicalization.SIMPLE))
        .isSameAs(hashes.of(Canonicalization.SIMPLE, OptionalLong.empty()).orElseThrow());
    for (int i = 1; i < 16; i++) {
      assertThat(hashes.of(Canonicalization.SIMPLE, OptionalLong.of(i))).isPresent();
    }
    assertThat(hashes.of(Canonicalization.SIMPLE, OptionalLong.of(99))).isEmpty();
    assertThat(hashes.of(Canonicalization.SIMPLE, OptionalLong.of(3))).isPresent();
    assertThat(hashes.whole(Canonicalization.RELAXED)).isNotNull();
  }

  private static void assertForm(Canonicalization form, String body, String expected)
      throws Exception {
    String octets = unescaped(body);
    BodyHashes hashes = BodyHashes.received();
    BodyHash hash = hashes.whole(form);
    hashes.write(octets.getBytes(ISO_8859_1));
    hashes.close();
    assertThat(hash.value()).as("%s of %s", form, body).isEqualTo(sha256(unescaped(expected)));
  }

  private static String unescaped(String text) {
    return text == null
        ? ""
        : text.replace("CRLF", "\r\n").replace("CR", "\r").replace("LF", "\n").replace("TAB", "\t");
  }

  /** The RFC's own words, line by line. */
  private static String reference(Canonicalization form, String body) {
    String text = body.replaceAll("\r?\n", "\n");
    String[] lines = text.split("\n", -1);
    String canonical =
        Arrays.stream(lines)
            .map(l -> form == Canonicalization.SIMPLE ? l : relaxed(l))
            .collect(Collectors.joining("\r\n"));
    while (canonical.endsWith("\r\n")) {
      canonical = canonical.substring(0, canonical.length() - 2);
    }
    return canonical.isEmpty() && form == Canonicalization.RELAXED ? "" : canonical + "\r\n";
  }

  private static String relaxed(String line) {
    return line.replaceAll("[ \t]+", " ").replaceAll(" \\z", "");
  }

  private static String field(Canonicalization form, String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    form.field(line, out);
    return out.toString(ISO_8859_1);
  }

  private static byte[] sha256(String text) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1));
  }
}
