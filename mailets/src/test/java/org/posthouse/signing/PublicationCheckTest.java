/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.TestKeys;

class PublicationCheckTest {
  private static final String NAME = "s._domainkey.example.com";
  private static final KeyPair OTHER = TestKeys.generate("RSA", 2048);
  private static final KeyPair SHORT = TestKeys.generate("RSA", 1024);

  private final MemoryDns dns = new MemoryDns();
  private final TestClock clock = new TestClock("2026-11-29T12:00:00Z");

  private static TableKey key(KeyPair pair) throws Exception {
    return TableKey.of("s", Path.of("s.pem"), Validity.ALWAYS, pair.getPrivate());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=DKIM1; k=rsa; p=OWN | published",
        "p=OWN | published",
        "v=DKIM1; p=OWN; t=s; n=note | published",
        "v=DKIM1; t=y; p=OWN | testing (t=y)",
        "v=DKIM1; p= | revoked",
        "v=DKIM1; k=rsa; p=OTHER | other key",
        "v=DKIM1; k=ed25519; p=ED | other key",
        "v=DKIM1; k=rsa; p=AAAA | unusable (p= is no key)",
        "v=DKIM1; h=sha1; p=OWN | unusable (key is not for SHA-256)",
        "v=DKIM1; s=tlsrpt; p=OWN | unusable (key is not for mail)",
        "v=spf1 -all | unusable (key record of another version)",
        "v=DKIM1; k=rsa | unusable (key record has no p=)",
        "hello | unusable (key record is no tag list)",
      })
  void recordShouldBeComparedWithTheKey(String record, String publication) throws Exception {
    dns.text(NAME, filled(record));
    assertThat(new PublicationCheck(dns).of("example.com", key(TestKeys.RSA)).toString())
        .isEqualTo(publication);
  }

  private static String filled(String record) throws Exception {
    return record
        .replace("p=OWN", "p=" + value(TestKeys.RSA))
        .replace("p=OTHER", "p=" + value(OTHER))
        .replace("p=ED", "p=" + value(TestKeys.ED25519));
  }

  private static String value(KeyPair pair) throws Exception {
    String record = key(pair).record();
    return record.substring(record.indexOf("p=") + 2);
  }

  @Test
  void ed25519AndShortKeysShouldBeKnown() throws Exception {
    dns.text(NAME, key(TestKeys.ED25519).record());
    assertThat(new PublicationCheck(dns).of("example.com", key(TestKeys.ED25519)).toString())
        .isEqualTo("published");
    MemoryDns second = new MemoryDns().text(NAME, key(SHORT).record());
    assertThat(new PublicationCheck(second).of("example.com", key(SHORT)).toString())
        .isEqualTo("too short (1024 bits)");
  }

  @Test
  void severalRecordsShouldAllBeRight() throws Exception {
    dns.text(NAME, key(TestKeys.RSA).record()).text(NAME, key(TestKeys.RSA).record());
    PublicationCheck check = new PublicationCheck(dns);
    assertThat(check.of("example.com", key(TestKeys.RSA)).state().verifies()).isTrue();
    dns.text(NAME, key(OTHER).record());
    assertThat(check.of("example.com", key(TestKeys.RSA)).state())
        .isEqualTo(Publication.State.UNUSABLE);
  }

  @Test
  void missingAndUnknownShouldBeToldApart() throws Exception {
    PublicationCheck check = new PublicationCheck(dns);
    assertThat(check.of("example.com", key(TestKeys.RSA)).state())
        .isEqualTo(Publication.State.MISSING);
    dns.failing(NAME);
    Publication unknown = check.of("example.com", key(TestKeys.RSA));
    assertThat(unknown.state()).isEqualTo(Publication.State.UNKNOWN);
    assertThat(unknown.state().contradicts()).isFalse();
  }

  @Test
  void rightAnswerShouldBeKeptAnHour() throws Exception {
    dns.text(NAME, key(TestKeys.RSA).record());
    PublicationMemory memory = new PublicationMemory(new PublicationCheck(dns), clock);
    memory.of("example.com", key(TestKeys.RSA));
    clock.advance(Duration.ofMinutes(59));
    memory.of("example.com", key(TestKeys.RSA));
    assertThat(dns.asked()).hasSize(1);
    clock.advance(Duration.ofMinutes(1));
    memory.of("example.com", key(TestKeys.RSA));
    assertThat(dns.asked()).hasSize(2);
    memory.of("example.com", key(OTHER));
    assertThat(dns.asked()).as("another key of the selector").hasSize(3);
  }

  @Test
  void wrongAnswerShouldBeKeptFiveMinutes() throws Exception {
    PublicationMemory memory = new PublicationMemory(new PublicationCheck(dns), clock);
    TableKey key = key(TestKeys.RSA);
    assertThat(memory.of("example.com", key).state()).isEqualTo(Publication.State.MISSING);
    dns.text(NAME, key.record());
    clock.advance(Duration.ofSeconds(299));
    assertThat(memory.of("example.com", key).state()).isEqualTo(Publication.State.MISSING);
    clock.advance(Duration.ofSeconds(1));
    assertThat(memory.of("example.com", key).state()).isEqualTo(Publication.State.PUBLISHED);
  }

  @Test
  void warningShouldBeDueOnceAnHourAndKey() throws Exception {
    PublicationMemory memory = new PublicationMemory(new PublicationCheck(dns), clock);
    assertThat(memory.shouldWarn("example.com", key(TestKeys.RSA))).isTrue();
    assertThat(memory.shouldWarn("example.com", key(TestKeys.RSA))).isFalse();
    assertThat(memory.shouldWarn("example.net", key(TestKeys.RSA))).isTrue();
    clock.advance(Duration.ofHours(1));
    assertThat(memory.shouldWarn("example.com", key(TestKeys.RSA))).isTrue();
  }
}
