/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.Rules;

/** From fields that a program wrote at random: whatever is let through, JavaMail reads the same. */
class MutatedFromTest {
  private static final Grant ALICE = Rules.alice("<from>own, @corp.example</from>");
  private static final List<String> PIECES =
      List.of(
          "alice@example.com",
          "x@corp.example",
          "ceo@bank.example",
          "\"q q\"@corp.example",
          "Alice",
          "\"Alice, B\"",
          "=?utf-8?Q?Al=C3=ADce?=",
          "=?utf-8?Q?ceo=40bank.example?=",
          "(note)",
          "<",
          ">",
          "<alice@example.com>",
          "<ceo@bank.example>",
          "@bank.example:",
          "Group:",
          ";",
          ",",
          "\"",
          "\\",
          "(",
          ")",
          "@",
          ".",
          " ",
          "\t",
          "\r\n ",
          "\u00ed",
          "[",
          "]",
          "%",
          "!");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsAllowedShouldNameNobodyElseToAnotherReader(long seed) {
    Random random = new Random(seed);
    int allowed = 0;
    for (int i = 0; i < 50_000; i++) {
      String value = value(random);
      byte[] block =
          ("From: " + value + "\r\nSender: alice@example.com\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8);
      if (ALICE.header(OriginatorReader.read(block, Set.of())).refusal().isEmpty()) {
        allowed++;
        assertThat(addresses(value))
            .as(value)
            .isNotEmpty()
            .allMatch(each -> each.matches("alice@example[.]com|.*@corp[.]example"));
      }
    }
    assertThat(allowed).as("not everything is refused").isGreaterThan(500);
  }

  private static String value(Random random) {
    StringBuilder value = new StringBuilder();
    int pieces = 1 + random.nextInt(6);
    for (int i = 0; i < pieces; i++) {
      value.append(PIECES.get(random.nextInt(PIECES.size())));
      value.append(random.nextInt(3) == 0 ? " " : "");
    }
    if (random.nextInt(4) == 0) {
      value.deleteCharAt(random.nextInt(value.length()));
    }
    // A line end without white space would begin another field.
    return value.toString().replaceAll("\\r?\\n(?![ \\t])|\\r(?!\\n)", "");
  }

  private static List<String> addresses(String value) {
    try {
      return Arrays.stream(InternetAddress.parseHeader(value.replace("\r\n", ""), true))
          .map(each -> each.getAddress().toLowerCase(Locale.ROOT))
          .toList();
    } catch (AddressException e) {
      return List.of(e.toString());
    }
  }

  @Test
  void anyOctetsShouldHaveAnAnswer() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] block = new byte[random.nextInt(200)];
      random.nextBytes(block);
      byte[] from = "From: ".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(from, 0, block, 0, Math.min(block.length, from.length));
      assertThat(ALICE.header(OriginatorReader.read(block, Set.of("sender", "reply-to"))))
          .isNotNull();
    }
  }
}
