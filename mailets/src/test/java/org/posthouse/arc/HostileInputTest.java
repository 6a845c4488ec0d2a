/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimSigner;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.DkimVerification;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.RawMessage;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.TestKeys;

/** Whatever comes has a verdict, soon, and never an exception. */
class HostileInputTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final String MESSAGE = "From: a@example.com\r\nTo: b@x\r\n\r\nbody\r\n";
  private static final String ODD = ";:= \t\r\n\0\u00ff\u00e9.@*/+19azAZ-_\"\\";

  @Test
  void damagedMessagesShouldHaveAVerdict() throws Exception {
    String sealed = sealed();
    Random random = new Random(8617);
    MemoryDns dns = TestKeys.dns();
    int unchanged = 0;
    for (int round = 0; round < 800; round++) {
      RawMessage message = RawMessage.of(damaged(sealed, random, 1 + random.nextInt(3)));
      BodyHashes hashes = BodyHashes.received();
      DkimVerification dkim = new DkimVerifier(dns, CLOCK).begin(message.fields(), hashes);
      ArcVerification arc = new ArcVerifier(dns, CLOCK).begin(message.fields(), hashes);
      hashes.readAll(message.open());
      List<DkimResult> results = dkim.results();
      assertThat(results).allSatisfy(result -> assertThat(result.reason()).isNotNull());
      unchanged += arc.result().status() == ArcStatus.PASS ? 1 : 0;
    }
    // Only white space, the case of names and results outside the chain may change.
    assertThat(unchanged).isLessThan(200);
  }

  @Test
  void damagedKeysShouldHaveAVerdict() throws Exception {
    String signed = signed();
    RawMessage message = RawMessage.of(signed);
    Random random = new Random(6376);
    for (String name : List.of("ed._domainkey.example.com", "rsa._domainkey.example.com")) {
      String record = TestKeys.dns().texts().get(name).get(0);
      for (int round = 0; round < 400; round++) {
        String text = damaged(record, random, 1 + random.nextInt(2));
        MemoryDns dns = new MemoryDns().text(name, text);
        assertThat(new DkimVerifier(dns, CLOCK).verify(message.fields(), message.open()))
            .hasSize(2)
            .extracting(DkimResult::status)
            .contains(DkimStatus.PERMERROR);
      }
    }
  }

  @Test
  void largestHeadersShouldBeJudgedSoon() throws Exception {
    String names = "a:".repeat(60_000);
    String list = "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=ed; h=from:" + names;
    String rest = "b; bh=AAAA; b=AAAA\r\n";
    assertSoon(list + rest + (list + rest) + MESSAGE);
    assertSoon("DKIM-Signature: " + "a=1;".repeat(100_000) + "\r\n" + MESSAGE);
    assertSoon("DKIM-Signature: a=" + " \t".repeat(200_000) + "\r\n" + MESSAGE);
    assertSoon("DKIM-Signature: " + "=".repeat(400_000) + "\r\n" + MESSAGE);
    assertSoon("ARC-Seal: i=1;\r\n".repeat(30_000) + MESSAGE);
    assertSoon("ARC-Authentication-Results:" + " i".repeat(200_000) + "\r\n" + MESSAGE);
    assertSoon("DKIM-Signature: v=1\r\n".repeat(20_000) + MESSAGE);
  }

  private static void assertSoon(String text) throws Exception {
    RawMessage message = RawMessage.of(text);
    MemoryDns dns = TestKeys.dns();
    long began = System.nanoTime();
    assertThat(new DkimVerifier(dns, CLOCK).verify(message.fields(), message.open()))
        .extracting(DkimResult::status)
        .doesNotContain(DkimStatus.PASS)
        .hasSizeLessThanOrEqualTo(10);
    assertThat(new ArcVerifier(dns, CLOCK).verify(message.fields(), message.open()).status())
        .isNotEqualTo(ArcStatus.PASS);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(dns.asked()).hasSizeLessThanOrEqualTo(10);
  }

  private static String signed() throws Exception {
    RawMessage message = RawMessage.of(MESSAGE);
    DkimSigner signer = new DkimSigner(List.of(terms("ed"), terms("rsa")), CLOCK);
    return String.join("\r\n", signer.sign(message.fields(), message.open())) + "\r\n" + MESSAGE;
  }

  private static String sealed() throws Exception {
    String text = signed();
    for (String selector : List.of("rsa", "ed")) {
      RawMessage message = RawMessage.of(text);
      BodyHashes hashes = BodyHashes.received();
      ArcVerification arc = new ArcVerifier(TestKeys.dns(), CLOCK).begin(message.fields(), hashes);
      ArcSealing sealing =
          new ArcSealer(terms(selector), "mx.example.com", CLOCK).begin(message.fields(), hashes);
      hashes.readAll(new ByteArrayInputStream(message.body().getBytes(ISO_8859_1)));
      text = String.join("\r\n", sealing.lines(arc.result(), "dkim=none")) + "\r\n" + text;
    }
    return text;
  }

  private static SignatureTerms terms(String selector) {
    return SignatureTerms.of(
        "example.com",
        selector,
        TestKeys.signing(selector.equals("ed") ? TestKeys.ED25519 : TestKeys.RSA));
  }

  /** With octets put in, taken out or changed. */
  private static String damaged(String text, Random random, int times) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(damaged.length());
      char odd = ODD.charAt(random.nextInt(ODD.length()));
      switch (random.nextInt(3)) {
        case 0 -> damaged.insert(at, odd);
        case 1 -> damaged.deleteCharAt(at);
        default -> damaged.setCharAt(at, odd);
      }
    }
    return damaged.toString();
  }
}
