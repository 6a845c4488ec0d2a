/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What is signed verifies, whatever the message, and stops to once an octet that counts changes.
 */
class AwkwardMessagesTest {
  @TestFactory
  Stream<DynamicTest> signedMessageShouldVerify() {
    return AwkwardMessages.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e)));
  }

  private static void check(Map.Entry<String, String> entry) throws Exception {
    String signed = sign(entry.getValue());
    assertThat(verify(signed)).extracting(DkimResult::reason).containsOnly("").hasSize(6);
    // Only line ends change on the way.
    String asSent = signed.replaceAll("(?<!\r)\n", "\r\n");
    assertThat(verify(asSent)).extracting(DkimResult::reason).containsOnly("");
    if (!entry.getKey().startsWith("header")) {
      assertThat(verify(signed + "\r\nx"))
          .extracting(DkimResult::reason)
          .containsOnly("body hash does not match");
    }
    assertThat(verify("From: added@example.org\r\n" + signed))
        .extracting(DkimResult::status)
        .doesNotContain(DkimStatus.PASS);
  }

  /** By both keys in the forms that differ. */
  static String sign(String text) throws Exception {
    RawMessage message = RawMessage.of(text);
    List<SignatureTerms> terms = new ArrayList<>();
    SignatureTerms ed = SignatureTerms.of("example.com", "ed", TestKeys.signing(TestKeys.ED25519));
    for (Canonicalization header : Canonicalization.values()) {
      for (Canonicalization body : Canonicalization.values()) {
        terms.add(ed.withForms(header, body));
      }
    }
    SignatureTerms rsa = SignatureTerms.of("example.com", "rsa", TestKeys.signing(TestKeys.RSA));
    terms.add(rsa);
    terms.add(rsa.withForms(Canonicalization.SIMPLE, Canonicalization.SIMPLE));
    List<String> lines =
        new DkimSigner(terms, Clock.systemUTC()).sign(message.fields(), message.open());
    return String.join("\r\n", lines) + "\r\n" + text;
  }

  private static List<DkimResult> verify(String text) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(TestKeys.dns(), Clock.systemUTC())
        .verify(message.fields(), message.open());
  }
}
