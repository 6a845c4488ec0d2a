/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;
import org.apache.james.core.MailAddress;
import org.posthouse.envelope.Path;
import org.posthouse.envelope.Xtext;

/** What follows MAIL, RCPT and BDAT is taken, or refused with a reply; nothing else may happen. */
class PathArgumentFuzzTest {
  /** Brackets are asked for where the first character is a capital letter. */
  @FuzzTest
  void argumentShouldBeTakenOrRefused(byte[] input) {
    String text = new String(input, UTF_8);
    boolean brackets = !text.isEmpty() && Character.isUpperCase(text.charAt(0));
    try {
      PathArgument argument = PathArgument.parse("TO", text, "553 5.1.3", brackets);
      assertIsReadAsItIsWritten(argument.path());
      argument.parameters().values().forEach(PathArgumentFuzzTest::assertIsParameter);
      MailAddress address = argument.address("relay.test", "553 5.1.3");
      assertThat(hasControls(address.asString())).as(text).isFalse();
    } catch (CommandRefusedException e) {
      assertThat(e.reply().getRetCode()).startsWith("5");
    }
  }

  private static void assertIsReadAsItIsWritten(Path path) {
    assertThat(hasControls(path.localPart())).isFalse();
    assertThat(path.domain().chars()).allMatch(c -> c > ' ' && c < 0x7f && c != '@');
    if (!path.domain().isEmpty()) {
      assertThat(Path.parse(path.toString())).isEqualTo(path);
    }
  }

  private static void assertIsParameter(String name, String value) {
    assertThat(name.chars()).allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || c == '-'));
    assertThat(hasControls(value)).isFalse();
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(c -> c < ' ' || c == 0x7f);
  }

  @FuzzTest
  void chunkShouldBeAnnouncedAsWritten(byte[] input) {
    String line = new String(input, ISO_8859_1);
    BdatCommand.Chunk chunk = BdatCommand.announced(line);
    if (chunk != null) {
      String[] words = line.strip().toUpperCase(Locale.ROOT).split("[ \t]+", -1);
      assertThat(words).hasSize(chunk.isLast() ? 3 : 2).startsWith("BDAT");
      assertThat(Long.parseLong(words[1])).isEqualTo(chunk.octets()).isNotNegative();
    }
  }

  @FuzzTest
  void xtextShouldBeWhatItStandsFor(byte[] input) {
    String text = new String(input, UTF_8);
    String encoded = Xtext.encode(text);
    assertThat(Xtext.isXtext(encoded)).isTrue();
    assertThat(Xtext.decode(encoded)).isEqualTo(text);
    assertThat(Xtext.decode(text)).isNotNull();
    if (Xtext.isXtext(text)) {
      assertThat(text.chars()).allMatch(c -> c > ' ' && c < 0x7f);
    }
  }
}
