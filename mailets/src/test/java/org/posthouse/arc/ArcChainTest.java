/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.dkim.AwkwardMessages;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.Dkimpy;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.RawMessage;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.TestKeys;

/** Chains that we seal, what becomes of them on the way, and what dkimpy says of them. */
class ArcChainTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
  private static final String MESSAGE =
      "From: a@example.com\r\nTo: b@example.net\r\nSubject: s\r\n\r\nbody\r\n";

  private static final SignatureTerms RSA =
      SignatureTerms.of("example.com", "rsa", TestKeys.signing(TestKeys.RSA));
  private static final SignatureTerms ED25519 =
      SignatureTerms.of("example.com", "ed", TestKeys.signing(TestKeys.ED25519));

  @Test
  void messageWithoutChainShouldHaveNone() throws Exception {
    ArcResult result = verify(MESSAGE);
    assertThat(result.status()).isEqualTo(ArcStatus.NONE);
    assertThat(result.highest()).isZero();
  }

  @Test
  void chainOfThreeShouldPass() throws Exception {
    ArcResult result = verify(sealed(3));
    assertThat(result.reason()).isEmpty();
    assertThat(result.status()).isEqualTo(ArcStatus.PASS);
    assertThat(result.oldestPass()).isZero();
    assertThat(result.sets()).extracting(ArcSet::instance).containsExactly(1, 2, 3);
    assertThat(result.sets())
        .extracting(ArcSet::chainValidation)
        .containsExactly("none", "pass", "pass");
    assertThat(result.sets().get(0).authenticationResults())
        .isEqualTo("mx.example.com;\r\n\tspf=pass smtp.mailfrom=a@example.com;\r\n\tdkim=none");
  }

  @Test
  void changeBetweenHandlersShouldShowInTheOldestPass() throws Exception {
    String changed = sealed(1).replace("Subject: s", "Subject: [list] s");
    ArcResult broken = verify(changed);
    assertThat(broken.status()).isEqualTo(ArcStatus.FAIL);
    // A handler validates the chain, changes the message, and seals what it sends.
    String resealed = sealAs(verify(sealed(1)), changed, RSA);
    ArcResult result = verify(seal(resealed, ED25519));
    assertThat(result.status()).as(result.reason()).isEqualTo(ArcStatus.PASS);
    assertThat(result.oldestPass()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "body | Body | message signature at i=2: body hash does not match",
        "Subject: s | Subject: t | message signature at i=2: signature does not match",
        "dkim=none | dkim=pass | seal at i=2: signature does not match",
        "ARC-Seal | X-Seal | a set is not complete",
        "ARC-Authentication | X-Authentication | a set is not complete",
        "cv=pass | cv=none | wrong cv= at i=2",
        "cv=pass | cv=fail | 'failed before, at i=2'",
        "i=1 | i=0 | ARC-Authentication-Results has no valid i=",
        "i=1 | i=51 | ARC-Authentication-Results has no valid i=",
        "i=1 | i=2 | ARC-Authentication-Results comes twice",
        "i=1 | i=3 | a set is not complete",
        "a=ed25519-sha256 | a=rsa-sha1 | message signature at i=2: rsa-sha1 is not accepted",
        "s=ed | s=none | message signature at i=2: no key",
        "cv=none | cv | ARC-Seal has no valid i="
      })
  void damagedChainShouldFail(String what, String by, String reason) throws Exception {
    String damaged = sealed(2).replace(what, by);
    ArcResult result = verify(damaged);
    assertThat(result.status()).isEqualTo(ArcStatus.FAIL);
    assertThat(result.temporary()).isFalse();
    assertThat(result.reason()).isEqualTo(reason);
  }

  @Test
  void silentDnsShouldFailTheChainForNow() throws Exception {
    MemoryDns dns = TestKeys.dns().failing("ed._domainkey.example.com");
    ArcResult result = verify(sealed(2), dns);
    assertThat(result.status()).isEqualTo(ArcStatus.FAIL);
    assertThat(result.temporary()).isTrue();
  }

  @Test
  void brokenChainShouldBeSealedOnceAndThenLeftAlone() throws Exception {
    String broken = sealed(2).replace("body", "Body");
    String marked = seal(broken, RSA);
    assertThat(marked).contains("cv=fail;").contains("i=3;");
    ArcResult result = verify(marked);
    assertThat(result.isMarkedFailed()).isTrue();
    assertThat(result.reason()).isEqualTo("failed before, at i=3");
    assertThat(seal(marked, RSA)).isEqualTo(marked);
  }

  @Test
  void chainShouldEndAtFifty() throws Exception {
    String message = MESSAGE;
    for (int i = 0; i < 50; i++) {
      message = seal(message, RSA);
    }
    ArcResult result = verify(message);
    assertThat(result.status()).as(result.reason()).isEqualTo(ArcStatus.PASS);
    assertThat(result.highest()).isEqualTo(50);
    assertThat(seal(message, ED25519)).isEqualTo(message);
  }

  @Test
  void sealsShouldNotBeCoveredByMessageSignatures() {
    SignatureTerms terms = RSA.withFields(HeaderSelection.oversigned("From, ARC-Seal"));
    assertThatThrownBy(() -> new ArcSealer(terms, "mx.example.com", CLOCK))
        .hasMessageContaining("does not cover ARC-Seal");
  }

  @Test
  void resultsShouldNotBreakOutOfTheirField() throws Exception {
    RawMessage message = RawMessage.of(MESSAGE);
    List<String> lines =
        lines(message, RSA, verify(MESSAGE), "spf=pass\r\nBcc: x@y\n\nz; dkim=none");
    assertThat(lines.get(2))
        .isEqualTo(
            "ARC-Authentication-Results: i=1; mx.example.com;\r\n\t"
                + "spf=pass Bcc: x@y z;\r\n\tdkim=none");
    assertThat(lines(message, RSA, verify(MESSAGE), " ").get(2)).endsWith(";\r\n\tnone");
  }

  @Test
  void linesShouldBeShort() throws Exception {
    for (String line : lines(RawMessage.of(MESSAGE), RSA, verify(MESSAGE), "spf=none")) {
      assertThat(line.split("\r\n", -1))
          .allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(78));
    }
  }

  @Test
  void priorResultsShouldBeThoseOfOneServer() {
    String message =
        """
        Authentication-Results: mx.example.com 1; spf=pass
        Authentication-Results: other.example; spf=fail
        Authentication-Results: MX.example.com;
         dkim=pass;
        Authentication-Results: mx.example.com; none
        Authentication-Results: mx.example.com
        """;
    assertThat(PriorResults.of(RawMessage.of(message).fields(), "mx.example.com"))
        .isEqualTo("spf=pass; dkim=pass");
  }

  @Test
  void dkimpyShouldAgree(@TempDir Path directory) throws Exception {
    List<String> messages = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (Map.Entry<String, String> entry : AwkwardMessages.all().entrySet()) {
      String text = entry.getValue();
      messages.add(seal(seal(text.endsWith("\n") ? text : text + "\r\n", RSA), RSA));
      expected.add(entry.getKey().equals("blank before the colon") ? "unreadable" : "pass");
    }
    for (String by : List.of("Body", "body\r\nmore")) {
      messages.add(sealAll(MESSAGE, RSA, 2).replace("body", by));
      expected.add("fail");
    }
    messages.add(MESSAGE);
    expected.add("none");
    assertThat(Dkimpy.verify("arc", messages, TestKeys.dns(), directory)).isEqualTo(expected);
  }

  /** By RSA and by Ed25519 in turn. */
  private static String sealed(int sets) throws Exception {
    String message = MESSAGE;
    for (int i = 1; i <= sets; i++) {
      message = seal(message, i % 2 == 0 ? ED25519 : RSA);
    }
    return message;
  }

  private static String sealAll(String text, SignatureTerms terms, int sets) throws Exception {
    String message = text;
    for (int i = 0; i < sets; i++) {
      message = seal(message, terms);
    }
    return message;
  }

  private static String seal(String text, SignatureTerms terms) throws Exception {
    return sealAs(verify(text), text, terms);
  }

  private static String sealAs(ArcResult received, String text, SignatureTerms terms)
      throws Exception {
    List<String> lines =
        lines(
            RawMessage.of(text),
            terms,
            received,
            "spf=pass smtp.mailfrom=a@example.com; dkim=none");
    return lines.isEmpty() ? text : String.join("\r\n", lines) + "\r\n" + text;
  }

  private static List<String> lines(
      RawMessage message, SignatureTerms terms, ArcResult received, String results)
      throws Exception {
    BodyHashes hashes = BodyHashes.received();
    ArcSealing sealing =
        new ArcSealer(terms, "mx.example.com", CLOCK).begin(message.fields(), hashes);
    hashes.readAll(message.open());
    return sealing.lines(received, results);
  }

  private static ArcResult verify(String text) throws Exception {
    return verify(text, TestKeys.dns());
  }

  private static ArcResult verify(String text, MemoryDns dns) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new ArcVerifier(dns, CLOCK).verify(message.fields(), message.open());
  }
}
