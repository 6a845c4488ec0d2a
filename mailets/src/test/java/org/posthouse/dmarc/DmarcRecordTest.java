/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DmarcRecordTest {
  /** All of a record but the URIs: what is not default. */
  private static String summary(DmarcRecord record) {
    StringBuilder text = new StringBuilder(record.policy().word());
    text.append(record.subdomains() == null ? "" : " sp=" + record.subdomains().word());
    text.append(record.nonExistent() == null ? "" : " np=" + record.nonExistent().word());
    text.append(record.dkim() == Alignment.STRICT ? " adkim=s" : "");
    text.append(record.spf() == Alignment.STRICT ? " aspf=s" : "");
    text.append(record.psd() == PublicSuffix.UNKNOWN ? "" : " psd=" + record.psd());
    text.append(record.testing() ? " t=y" : "");
    String options =
        record.failureOptions().stream()
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining());
    text.append(options.equals("0") ? "" : " fo=" + options);
    return text + (record.isUsable() ? "" : ": " + record.problem());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=DMARC1; p=none|none",
        "v=DMARC1; p=quarantine|quarantine",
        "v=DMARC1;p=reject;|reject",
        "v=DMARC1;p=reject;;|reject",
        "v = DMARC1 ; p = reject ; sp = none|reject sp=none",
        "V=DMARC1; P=Reject|reject",
        "v=DMARC1; p=reject; sp=quarantine; np=none|reject sp=quarantine np=none",
        "v=DMARC1; np=reject; sp=none; p=none|none sp=none np=reject",
        "v=DMARC1; p=none; adkim=s|none adkim=s",
        "v=DMARC1; p=none; aspf=s|none aspf=s",
        "v=DMARC1; p=none; aspf=r; adkim=r|none",
        "v=DMARC1; p=none; aspf=x; adkim=strict|none",
        "v=DMARC1; p=none; psd=y|none psd=YES",
        "v=DMARC1; p=none; psd=N|none psd=NO",
        "v=DMARC1; p=none; psd=u|none",
        "v=DMARC1; p=none; psd=yes|none",
        "v=DMARC1; p=reject; t=y|reject t=y",
        "v=DMARC1; p=reject; t=n|reject",
        "v=DMARC1; p=reject; t=1|reject",
        "v=DMARC1; p=none; fo=1|none fo=1",
        "v=DMARC1; p=none; fo=d:s:1|none fo=1ds",
        "v=DMARC1; p=none; fo=1:0|none fo=1",
        "v=DMARC1; p=none; fo=x:dd|none",
        "v=DMARC1; p=reject; pct=0; rf=afrf; ri=1; x-y=z; new=1|reject",
        "v=DMARC1; p=reject; v=DMARC2; text without sign; =|reject",
        "v=DMARC1; p=reject; p=none|reject",
        "v=DMARC1; p=reject p=none|none: no policy in p= of the record",
        "v=DMARC1|none: no p= in the record",
        "v=DMARC1; sp=reject|none: no p= in the record",
        "v=DMARC1; p=|none: no policy in p= of the record",
        "v=DMARC1; p=rejekt|none: no policy in p= of the record",
        "v=DMARC1; p=reject; sp=all|none: no policy in sp= of the record",
        "v=DMARC1; p=reject; np=|none: no policy in np= of the record",
        "v=DMARC1; rua=mailto:a@b.example|none",
        "v=DMARC1; sp=reject; rua=mailto:a@b.example|none",
        "v=DMARC1; p=rejekt; rua=mailto:a@b.example; aspf=s|none aspf=s",
        "v=DMARC1; p=reject; np=foo; rua=mailto:a@b.example|none",
        "v=DMARC1; rua=nonsense|none: no p= in the record",
        "v=DMARC1; rua=mailto:|none: no p= in the record",
        "v=DMARC1; ruf=mailto:a@b.example|none: no p= in the record",
      })
  void recordShouldBeRead(String text, String expected) {
    assertThat(DmarcRecord.parse(text).map(DmarcRecordTest::summary)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "v",
        "v=",
        "v=dmarc1; p=reject",
        "v=DMARC10; p=reject",
        "v=DMARC1 p=reject",
        "v=DMARC1, p=reject",
        "v=DMARC2; p=reject",
        " v=DMARC1; p=reject",
        "p=reject; v=DMARC1",
        "v=spf1 -all",
        "\"v=DMARC1; p=reject\"",
        "v=DMARC1\u00a0; p=reject",
      })
  void otherTextShouldBeNoRecord(String text) {
    assertThat(DmarcRecord.parse(text)).isEmpty();
  }

  @Test
  void urisShouldBeTakenAsFarAsTheyCanBeRead() {
    Optional<DmarcRecord> record =
        DmarcRecord.parse(
            "v=DMARC1; p=none; rua=mailto:a@b.example!10m , https://c.example/x,no uri,"
                + "mailto:,mailto:d%2C@e.example; ruf=mailto:f@g.example");
    assertThat(record.orElseThrow().aggregateReports())
        .containsExactly("mailto:a@b.example", "https://c.example/x", "mailto:d%2C@e.example");
    assertThat(record.orElseThrow().failureReports()).containsExactly("mailto:f@g.example");
  }

  @Test
  void hugeRecordShouldBeReadWithinBounds() {
    String record =
        "v=DMARC1; p=none; rua=" + "mailto:a@b.example,".repeat(3000) + "; fo=" + "d:".repeat(9000);
    assertThat(DmarcRecord.parse(record + "; x=y".repeat(9000)).orElseThrow().aggregateReports())
        .hasSize(20);
    String long1 = "v=DMARC1; p=none; rua=mailto:" + "a".repeat(60_000) + "@b.example";
    assertThat(DmarcRecord.parse(long1).orElseThrow().aggregateReports()).isEmpty();
  }
}
