/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.posthouse.arc.PriorResults;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.RawMessage;
import org.posthouse.message.HeaderField;

/**
 * Whatever message a stranger sends has its verdicts, none of which is better than what is signed,
 * and a header field that tells of them.
 */
class MessageFuzzTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
  private static final Authentication CHECKS =
      new Authentication(
          Corpus.dns(), CLOCK, Duration.ofSeconds(20), EnumSet.allOf(Method.class), "mx.test");

  /** The keys are new in each run, so no input can hold a signature that is right. */
  @FuzzTest
  void messageShouldNotBeTrustedAndBeTalkedAboutInOneField(byte[] input) throws Exception {
    RawMessage message = RawMessage.of(new String(input, ISO_8859_1));
    String sender = new String(Arrays.copyOf(input, Math.min(input.length, 60)), ISO_8859_1);
    Transaction transaction =
        new Transaction(InetAddress.getLoopbackAddress(), "helo.test", sender + "@example.com");
    AuthenticationOutcome outcome = CHECKS.check(transaction, message.fields(), message::open);
    assertThat(outcome.dkim().orElseThrow())
        .hasSizeLessThanOrEqualTo(10)
        .extracting(DkimResult::status)
        .doesNotContain(DkimStatus.PASS);
    assertThat(outcome.arcWord()).hasValueSatisfying(word -> assertThat(word).isNotEqualTo("pass"));
    String line = new AuthenticationResults("mx.test", outcome.results(transaction)).line();
    assertThat(line).matches("[\\t\\r\\n\\x20-\\x7e]+").doesNotContain("\n\r", "\n\n");
    assertThat(line.replace("\r\n\t", "")).doesNotContain("\r", "\n");
  }

  /** Results that the message came with are those of its fields, without their line ends. */
  @FuzzTest
  void resultsOfOthersShouldNotBeTakenForOurs(byte[] input) {
    String value = new String(input, ISO_8859_1).replaceAll("\r?\n(?![ \t])|\0", "");
    HeaderField field = HeaderField.of(AuthenticationResults.NAME + ":" + value, "\r\n");
    boolean claimed = new AuthservId("mx.test").isClaimedBy(field);
    String results = PriorResults.of(List.of(field), "mx.test");
    assertThat(results.isEmpty() || claimed).as(value).isTrue();
  }
}
