/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DkimSignerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
  private static final String MESSAGE =
      "Received: x\r\nFrom: a@example.com\r\nTo: b@example.net\r\nto: c@example.net\r\n\r\nbody\r\n";
  private static final SigningKey RSA = TestKeys.signing(TestKeys.RSA);
  private static final SigningKey ED25519 = TestKeys.signing(TestKeys.ED25519);

  @Test
  void tagsShouldStandInAFixedOrder() throws Exception {
    SignatureTerms terms =
        SignatureTerms.of("example.com", "rsa", RSA)
            .withIdentity("@sub.example.com")
            .withLifetime(Duration.ofDays(7))
            .withForms(Canonicalization.SIMPLE, Canonicalization.RELAXED)
            .withFields(HeaderSelection.oversigned("To, Subject, To"));
    String line = sign(List.of(terms), MESSAGE).get(0);
    assertThat(line.replace("\r\n\t", " "))
        .startsWith(
            "DKIM-Signature: v=1; a=rsa-sha256; c=simple/relaxed; d=example.com; s=rsa;"
                + " i=@sub.example.com; t=1800000000; x=1800604800;"
                + " h=from:from:to:to:to:subject; bh=")
        .contains("; b=");
  }

  @Test
  void sameMessageShouldHaveTheSameSignature() throws Exception {
    List<SignatureTerms> terms =
        List.of(
            SignatureTerms.of("example.com", "ed", ED25519).withoutTimestamp(),
            SignatureTerms.of("example.com", "rsa", RSA));
    assertThat(sign(terms, MESSAGE)).isEqualTo(sign(terms, MESSAGE));
    assertThat(sign(terms, MESSAGE).get(0)).doesNotContain("t=").startsWith("DKIM-Signature: ");
  }

  @Test
  void severalKeysShouldSignAtOnce() throws Exception {
    List<SignatureTerms> terms =
        List.of(
            SignatureTerms.of("example.com", "rsa", RSA),
            SignatureTerms.of("example.com", "ed", ED25519),
            SignatureTerms.of("example.com", "ed", ED25519)
                .withForms(Canonicalization.SIMPLE, Canonicalization.SIMPLE));
    List<String> lines = sign(terms, MESSAGE);
    assertThat(verify(String.join("\r\n", lines) + "\r\n" + MESSAGE))
        .extracting(DkimResult::status, DkimResult::selector)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(DkimStatus.PASS, "rsa"),
            org.assertj.core.groups.Tuple.tuple(DkimStatus.PASS, "ed"),
            org.assertj.core.groups.Tuple.tuple(DkimStatus.PASS, "ed"));
  }

  @Test
  void linesShouldBeShort() throws Exception {
    List<SignatureTerms> terms =
        List.of(
            SignatureTerms.of("example.com", "rsa", RSA),
            SignatureTerms.of("a-rather-long-domain-name.example.com", "long-selector", ED25519));
    String message = "To: a@example.net\r\n".repeat(100) + MESSAGE;
    for (String line : sign(terms, message)) {
      assertThat(line.split("\r\n", -1))
          .allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(78).isNotBlank());
    }
  }

  @Test
  void addedFieldShouldBreakTheSignature() throws Exception {
    String signed =
        sign(List.of(SignatureTerms.of("example.com", "ed", ED25519)), MESSAGE).get(0)
            + "\r\n"
            + MESSAGE;
    assertThat(verify(signed).get(0).status()).isEqualTo(DkimStatus.PASS);
    for (String name : HeaderSelection.DEFAULT.split(", ", -1)) {
      String text = name + ": x\r\n" + signed;
      assertThat(verify(text).get(0).status()).as(name).isEqualTo(DkimStatus.FAIL);
    }
    assertThat(verify("Received: x\r\n" + signed).get(0).status()).isEqualTo(DkimStatus.PASS);
  }

  @Test
  void countOfSignedFieldsShouldBeBounded() throws Exception {
    String message = "To: a@example.net\r\n".repeat(10_000) + MESSAGE;
    String line = sign(List.of(SignatureTerms.of("example.com", "ed", ED25519)), message).get(0);
    assertThat(Collections.frequency(List.of(line.replaceAll("\\s", "").split(":", -1)), "to"))
        .isEqualTo(HeaderSelection.MAX_OCCURRENCES + 1);
    assertThat(verify(line + "\r\n" + message).get(0).status()).isEqualTo(DkimStatus.PASS);
  }

  @Test
  void providerShouldBeTheCallersChoice() throws Exception {
    List<String> asked = new ArrayList<>();
    SignatureFactory factory =
        name -> {
          asked.add(name);
          return Signature.getInstance(name);
        };
    SigningKey key = SigningKey.of(TestKeys.RSA.getPrivate(), factory);
    sign(List.of(SignatureTerms.of("example.com", "rsa", key)), MESSAGE);
    assertThat(asked).containsExactly("SHA256withRSA");
  }

  @Test
  void termsThatMakeNoTagListShouldBeRefused() {
    for (String name : List.of("", "a b", "a;b=c", "-..x", "\u00e9.example", "a\r\nb", "a.")) {
      assertThatThrownBy(() -> SignatureTerms.of(name, "rsa", RSA)).hasMessageContaining("domain");
      assertThatThrownBy(() -> SignatureTerms.of("example.com", name, RSA))
          .hasMessageContaining("selector");
    }
    SignatureTerms terms = SignatureTerms.of("Example.com", "rsa", RSA);
    for (String identity :
        List.of("", "joe", "@example.org", "a;b@example.com", "a b@example.com")) {
      assertThatThrownBy(() -> terms.withIdentity(identity)).hasMessageContaining("identity");
    }
    assertThat(terms.withIdentity("joe@sub.EXAMPLE.com").identity()).isNotNull();
    for (String names : List.of("From, To:", "From; To", "Fr\u00e9m", "a b")) {
      assertThatThrownBy(() -> HeaderSelection.oversigned(names)).hasMessageContaining("no name");
    }
  }

  @Test
  void failureOfAProviderShouldBeTold() throws Exception {
    SigningKey key =
        SigningKey.of(
            TestKeys.RSA.getPrivate(),
            name -> {
              throw new GeneralSecurityException("no " + name);
            });
    assertThatThrownBy(() -> sign(List.of(SignatureTerms.of("example.com", "rsa", key)), MESSAGE))
        .hasMessage("no SHA256withRSA");
  }

  private static List<String> sign(List<SignatureTerms> terms, String text) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimSigner(terms, CLOCK).sign(message.fields(), message.open());
  }

  private static List<DkimResult> verify(String text) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(TestKeys.dns(), CLOCK).verify(message.fields(), message.open());
  }
}
