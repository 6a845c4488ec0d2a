/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.time.Instant;
import org.posthouse.dns.ScriptedDns;

/** Whatever a policy says, it has a result and costs no more look-ups than are allowed. */
class SpfRecordFuzzTest {
  /** The first line is the policy of a.test, the second that of b.test, the third the sender. */
  @FuzzTest
  void policyShouldHaveAResultWithinTheLimits(byte[] input) throws Exception {
    String[] lines = new String(input, ISO_8859_1).split("\n", 3);
    ScriptedDns dns = new ScriptedDns().withTxt("a.test", lines[0]);
    if (lines.length > 1) {
      dns.withTxt("b.test", lines[1]);
    }
    String sender = (lines.length > 2 ? lines[2] : "x") + "@a.test";
    InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    SpfResult result =
        new Spf(dns)
            .check(
                new SpfRequest(
                    client, "helo.test", sender, "mx.test", Instant.ofEpochSecond(1_800_000_000)));
    // RFC 7208 section 4.6.4: ten terms, and for mx and ptr ten addresses each.
    assertThat(dns.questions()).hasSizeLessThan(125);
    assertThat(result.problem()).matches("[\\x20-\\x7e]*");
    String explanation = result.explanation();
    if (explanation != null) {
      assertThat(explanation).matches("[\\x20-\\x7e]*");
    }
  }
}
