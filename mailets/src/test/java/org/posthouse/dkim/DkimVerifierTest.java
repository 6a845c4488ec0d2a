/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a signature is worth that is right, wrong, or by a key with conditions. */
class DkimVerifierTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String MESSAGE =
      "From: a@example.com\r\nSubject: s\r\nTo: b@example.net\r\n\r\nline one\r\nline two\r\n";
  private static final String KEY_NAME = "ed._domainkey.example.com";
  private static final String P = p();

  @Test
  void resultShouldTellWhatAuthenticationResultsSays() throws Exception {
    String signed = sign(terms().withIdentity("joe@sub.example.com"));
    DkimResult result = verify(signed, TestKeys.dns()).get(0);
    assertThat(result.status()).isEqualTo(DkimStatus.PASS);
    assertThat(result.reason()).isEmpty();
    assertThat(result.domain()).isEqualTo("example.com");
    assertThat(result.selector()).isEqualTo("ed");
    assertThat(result.identity()).isEqualTo("joe@sub.example.com");
    assertThat(result.algorithm()).isEqualTo("ed25519-sha256");
    assertThat(result.signaturePrefix()).hasSize(8);
    assertThat(result.signature()).hasSize(88).startsWith(result.signaturePrefix());
    assertThat(result.testing()).isFalse();
  }

  @Test
  void changeOfTheBodyShouldBeToldFromOneOfTheHeader() throws Exception {
    String signed = sign(terms());
    assertReason(signed.replace("line two", "line 2"), "FAIL", "body hash does not match");
    assertReason(signed.replace("Subject: s", "Subject: t"), "FAIL", "signature does not match");
    assertReason("Subject: s\r\n" + signed, "FAIL", "signature does not match");
    assertReason("From: evil@example.org\r\n" + signed, "FAIL", "signature does not match");
    assertReason("X-New: x\r\n" + signed, "PASS", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=DKIM1; k=ed25519; t=y; p=P | PASS | ''",
        "k=ed25519; p=P; | PASS | ''",
        "v=DKIM1; k=ed25519; s=email:tlsrpt; h=sha1 : sha256; n=a note; x=y; p=P | PASS | ''",
        "v=DKIM1; k=ed25519; s=*; g=*; p=P | PASS | ''",
        "k=ed25519; g=; p=P | PASS | ''",
        "v=DKIM1; k=ed25519; g=; p=P | PASS | ''",
        "v=DKIM1; k=ed25519; g=somebody; p=P | PASS | ''",
        "v=DKIM1; k=ed25519; t=s; p=P | PERMERROR | key is not for subdomains",
        "v=DKIM1; k=ed25519; p= | PERMERROR | key is revoked",
        "v=DKIM1; k=ed25519 | PERMERROR | key record has no p=",
        "v=DKIM2; k=ed25519; p=P | PERMERROR | key record of another version",
        "k=ed25519; v=DKIM1; p=P | PERMERROR | key record of another version",
        "v=DKIM1; k=dsa; p=P | PERMERROR | unknown type of key",
        "v=DKIM1; p=P | PERMERROR | p= is no key",
        "v=DKIM1; k=ed25519; s=tlsrpt; p=P | PERMERROR | key is not for mail",
        "v=DKIM1; k=ed25519; h=sha1; p=P | PERMERROR | key is not for SHA-256",
        "v=DKIM1; k=ed25519; p=AAAA | PERMERROR | p= is no key",
        "v=DKIM1; k=ed25519; p=A*A | PERMERROR | p= is not base64",
        "v=spf1 -all | PERMERROR | key record of another version",
        "some other text | PERMERROR | key record is no tag list"
      })
  void keyRecordShouldHaveConditions(String record, String status, String reason) throws Exception {
    String signed = sign(terms().withIdentity("joe@sub.example.com"));
    MemoryDns dns = new MemoryDns().text(KEY_NAME, record.replace("p=P", "p=" + P));
    DkimResult result = verify(signed, dns).get(0);
    assertThat(result.reason()).isEqualTo(reason);
    assertThat(result.status()).isEqualTo(DkimStatus.valueOf(status));
    assertThat(result.testing()).isEqualTo(record.contains("t=y"));
  }

  @Test
  void oneOfSeveralKeyRecordsShouldBeEnough() throws Exception {
    KeyPair other = TestKeys.generate("Ed25519", 255);
    MemoryDns dns =
        new MemoryDns()
            .text(KEY_NAME, PublishedKey.record(TestKeys.RSA.getPublic()))
            .text(KEY_NAME, "some other text")
            .text(KEY_NAME, PublishedKey.record(other.getPublic()))
            .text(KEY_NAME, "v=DKIM1; k=ed25519; p=" + P);
    assertThat(verify(sign(terms()), dns).get(0).status()).isEqualTo(DkimStatus.PASS);
  }

  @Test
  void absentKeyAndSilentDnsShouldBeTwoThings() throws Exception {
    String signed = sign(terms());
    DkimResult absent = verify(signed, new MemoryDns()).get(0);
    assertThat(absent.status()).isEqualTo(DkimStatus.PERMERROR);
    assertThat(absent.reason()).isEqualTo("no key");
    DkimResult silent = verify(signed, new MemoryDns().failing(KEY_NAME)).get(0);
    assertThat(silent.status()).isEqualTo(DkimStatus.TEMPERROR);
  }

  @Test
  void shortRsaKeyShouldNotBeAccepted() throws Exception {
    KeyPair pair = TestKeys.generate("RSA", 1024);
    SigningKey key = TestKeys.signing(pair);
    MemoryDns dns = new MemoryDns().text(KEY_NAME, PublishedKey.record(pair.getPublic()));
    String signed = sign(SignatureTerms.of("example.com", "ed", key));
    assertThat(verify(signed, dns).get(0).status()).isEqualTo(DkimStatus.PASS);
    RawMessage message = RawMessage.of(signed);
    DkimVerifier strict = new DkimVerifier(new SignatureCheck(dns, 1025), clock());
    DkimResult result = strict.verify(message.fields(), message.open()).get(0);
    assertThat(result.status()).isEqualTo(DkimStatus.POLICY);
    assertThat(result.reason()).isEqualTo("key of only 1024 bits");
  }

  @Test
  void rsaKeyWithoutItsWrappingShouldBeTaken() throws Exception {
    // RFC 6376 section 3.6.1 has RSAPublicKey, which begins after 24 octets of a 2048-bit key.
    byte[] spki = TestKeys.RSA.getPublic().getEncoded();
    String p = Base64.getEncoder().encodeToString(Arrays.copyOfRange(spki, 24, spki.length));
    String signed = sign(SignatureTerms.of("example.com", "ed", TestKeys.signing(TestKeys.RSA)));
    assertThat(verify(signed, new MemoryDns().text(KEY_NAME, "p=" + p)).get(0).status())
        .isEqualTo(DkimStatus.PASS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=1; | v=2; | NEUTRAL",
        "v=1; | | NEUTRAL",
        "v=1; | v=1; v=1; | NEUTRAL",
        "a=ed25519-sha256 | a=rsa-sha1 | POLICY",
        "a=ed25519-sha256 | a=ED25519-SHA256 | NEUTRAL",
        "a=ed25519-sha256 | a=rsa-sha256 | PERMERROR",
        "c=relaxed/relaxed | c=nofws | NEUTRAL",
        "c=relaxed/relaxed | c=relaxed/relaxed/x | NEUTRAL",
        "d=example.com | d= | NEUTRAL",
        "d=example.com | d=-ex..ample | NEUTRAL",
        "d=example.com | d=example.org | PERMERROR",
        "s=ed | s=e/d | NEUTRAL",
        "s=ed | s=other | PERMERROR",
        "s=ed; | s=ed; i=joe@example.org; | NEUTRAL",
        "s=ed; | s=ed; i=joe@badexample.com; | NEUTRAL",
        "s=ed; | s=ed; i=example.com; | NEUTRAL",
        "s=ed; | s=ed; q=http; | NEUTRAL",
        "s=ed; | s=ed; l=x; | NEUTRAL",
        "s=ed; | s=ed; l=99999999999999999999; | FAIL",
        "s=ed; | s=ed; x=1; | NEUTRAL",
        "s=ed; | s=ed; x=; | NEUTRAL",
        "h=from:from | h=fro:from | FAIL",
        "h=from:from | h=x:y | PERMERROR",
        "bh= | bh=! | NEUTRAL",
        "b= | b=* | NEUTRAL",
        "b= | b=AAAA | FAIL"
      })
  void damagedSignatureShouldNotPass(String what, String by, String status) throws Exception {
    String signed = sign(terms().withFields(HeaderSelection.oversigned("From")));
    String damaged = signed.replaceFirst("(?<=[\t ])" + what, by == null ? "" : by);
    assertThat(damaged).isNotEqualTo(signed);
    assertThat(verify(damaged, TestKeys.dns()))
        .extracting(DkimResult::status)
        .containsExactly(DkimStatus.valueOf(status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DKIM-Signature:",
        "DKIM-Signature: x",
        "DKIM-Signature: ;;",
        "Dkim-signature: v=1"
      })
  void whatIsNoSignatureShouldBeNeutral(String line) throws Exception {
    assertThat(verify(line + "\r\n" + MESSAGE, TestKeys.dns()))
        .extracting(DkimResult::status)
        .containsExactly(DkimStatus.NEUTRAL);
  }

  @Test
  void expiredSignatureShouldNotPass() throws Exception {
    String signed = sign(terms().withLifetime(Duration.ofHours(1)));
    assertThat(status(signed, NOW.plusSeconds(3600))).isEqualTo(DkimStatus.PASS);
    assertThat(status(signed, NOW.plusSeconds(3601))).isEqualTo(DkimStatus.PERMERROR);
  }

  @Test
  void signatureFromFarAheadShouldNotPass() throws Exception {
    String signed = sign(terms());
    assertThat(status(signed, NOW.minus(Duration.ofHours(10)))).isEqualTo(DkimStatus.PASS);
    assertThat(status(signed, NOW.minus(Duration.ofHours(10)).minusSeconds(1)))
        .isEqualTo(DkimStatus.PERMERROR);
  }

  @Test
  void onlyTheBeginningOfABodyShouldCountWhereTheSignatureSaysSo() throws Exception {
    // Signed by hand: the signer never writes l=.
    String signed = LimitedSignature.of(MESSAGE, 10);
    assertReason(signed, "PASS", "");
    assertReason(signed + "added\r\n", "PASS", "");
    assertReason(signed.replace("line two", "line 2"), "PASS", "");
    assertReason(signed.replace("line one", "line 1"), "FAIL", "body hash does not match");
    assertReason(signed.replace("line one\r\nline two\r\n", ""), "FAIL", "body is shorter than l=");
  }

  @Test
  void signaturesShouldBeBounded() throws Exception {
    String signature = sign(terms()).substring(0, sign(terms()).indexOf("From:"));
    RawMessage message = RawMessage.of(signature.repeat(12) + MESSAGE);
    BodyHashes hashes = BodyHashes.received();
    MemoryDns dns = TestKeys.dns();
    DkimVerification verification = new DkimVerifier(dns, clock()).begin(message.fields(), hashes);
    hashes.readAll(message.open());
    assertThat(verification.results())
        .hasSize(10)
        .extracting(DkimResult::status)
        .containsOnly(DkimStatus.PASS);
    assertThat(verification.ignored()).isEqualTo(2);
    assertThat(dns.asked()).hasSize(10);
  }

  @Test
  void messageWithoutSignatureShouldHaveNoResult() throws Exception {
    assertThat(verify(MESSAGE, TestKeys.dns())).isEmpty();
    assertThat(verify("", TestKeys.dns())).isEmpty();
  }

  @Test
  void internationalDomainShouldBeAskedForInAscii() throws Exception {
    MemoryDns dns = new MemoryDns();
    String signed = sign(terms()).replace("d=example.com", "d=ex\u00c3\u00a4mple.com");
    assertThat(verify(signed, dns).get(0).domain()).isEqualTo("xn--exmple-cua.com");
    assertThat(dns.asked()).containsExactly("ed._domainkey.xn--exmple-cua.com");
  }

  private static void assertReason(String message, String status, String reason) throws Exception {
    DkimResult result = verify(message, TestKeys.dns()).get(0);
    assertThat(result.reason()).isEqualTo(reason);
    assertThat(result.status()).isEqualTo(DkimStatus.valueOf(status));
  }

  private static DkimStatus status(String text, Instant at) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(TestKeys.dns(), Clock.fixed(at, ZoneOffset.UTC))
        .verify(message.fields(), message.open())
        .get(0)
        .status();
  }

  private static SignatureTerms terms() {
    return SignatureTerms.of("example.com", "ed", TestKeys.signing(TestKeys.ED25519));
  }

  private static String sign(SignatureTerms terms) throws Exception {
    RawMessage message = RawMessage.of(MESSAGE);
    List<String> lines =
        new DkimSigner(List.of(terms), clock()).sign(message.fields(), message.open());
    return lines.get(0) + "\r\n" + MESSAGE;
  }

  private static List<DkimResult> verify(String text, MemoryDns dns) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(dns, clock()).verify(message.fields(), message.open());
  }

  private static Clock clock() {
    return Clock.fixed(NOW, ZoneOffset.UTC);
  }

  private static String p() {
    byte[] spki = TestKeys.ED25519.getPublic().getEncoded();
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(spki, 12, spki.length));
  }
}
