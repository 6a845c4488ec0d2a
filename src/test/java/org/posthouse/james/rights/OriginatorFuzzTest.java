/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.InternetHeaders;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.Rules;

/** Whatever header is let through, JavaMail sees nobody in From who is not allowed. */
class OriginatorFuzzTest {
  private static final Grant ALICE = Rules.alice("<from>own, @corp.example</from>");

  /** A whole header, as its octets came. */
  @FuzzTest
  void headerShouldNameNobodyElseToAnotherReader(byte[] block) throws Exception {
    boolean allowed =
        ALICE
            .header(OriginatorReader.read(block, Set.of("sender", "reply-to")))
            .refusal()
            .isEmpty();
    if (allowed) {
      List<String> values = fields(block);
      assertThat(values).as("fields From").hasSize(1);
      assertOnlyAlice(values.get(0));
    }
  }

  /** The value of a From field alone. */
  @FuzzTest
  void fieldShouldNameNobodyElseToAnotherReader(byte[] input) {
    String value = new String(input, UTF_8).replaceAll("[\r\n]", "");
    byte[] block = ("From: " + value + "\r\nSender: alice@example.com\r\n\r\n").getBytes(UTF_8);
    if (ALICE.header(OriginatorReader.read(block, Set.of())).refusal().isEmpty()) {
      assertOnlyAlice(value);
    }
  }

  private static List<String> fields(byte[] block) throws MessagingException {
    InternetHeaders headers = new InternetHeaders(new ByteArrayInputStream(block), true);
    String[] values = headers.getHeader("From");
    return values == null ? List.of() : List.of(values);
  }

  private static void assertOnlyAlice(String value) {
    assertThat(addresses(value))
        .as(value)
        .isNotEmpty()
        .allMatch(each -> each.matches("(?s)alice@example[.]com|.*@corp[.]example"));
  }

  private static List<String> addresses(String value) {
    try {
      return Arrays.stream(InternetAddress.parseHeader(value.replaceAll("\r?\n", ""), true))
          .map(each -> each.getAddress().toLowerCase(Locale.ROOT))
          .toList();
    } catch (AddressException e) {
      return List.of(e.toString());
    }
  }
}
