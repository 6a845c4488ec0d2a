/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dkim.SignatureAlgorithm;

/** The tables in src/test/resources/signing, and what is said of each. */
class KeyTableReaderTest {
  private static final TestClock NOW = new TestClock("2026-11-29T12:00:00Z");

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {"right", "keys", "names", "elements", "dates", "doctype", "cut-off", "root"})
  void everythingWrongShouldBeSaidAtOnceWithItsLine(String name) throws Exception {
    TableReading reading = read(resource(name + ".xml"));
    String said =
        Stream.concat(
                reading.problems().stream().map(each -> "problem " + each),
                reading.warnings().stream().map(each -> "warning " + each))
            .map(line -> line.replace(home.toString(), "HOME") + "\n")
            .collect(Collectors.joining());
    assertThat(said).isEqualTo(resource(name + ".txt"));
    assertThat(reading.isUsable()).isEqualTo(!said.contains("problem"));
  }

  @Test
  void tableShouldHoldWhatStandsInIt() throws Exception {
    KeyTable table = read(resource("right.xml")).table();
    assertThat(table.domains())
        .extracting(each -> each.whose() + " " + each.signs() + " " + each.keys().size())
        .containsExactly(
            "example.com example.com 3",
            "*.apps.example.net example.net 1",
            "xn--bcher-kva.example xn--bcher-kva.example 1",
            "default relay.example 1");
    SigningDomain first = table.domains().get(0);
    assertThat(first.active(NOW.instant()))
        .extracting(key -> key.selector() + " " + key.key().algorithm() + " " + key.bits())
        .containsExactly(
            "a2026 " + SignatureAlgorithm.RSA_SHA256 + " 2048",
            "e2026 " + SignatureAlgorithm.ED25519_SHA256 + " 256");
  }

  @Test
  void tableWithoutKeysShouldBeUsableWithAWarning() throws Exception {
    TableReading reading = read("<dkim>\n</dkim>");
    assertThat(reading.isUsable()).isTrue();
    assertThat(reading.warnings())
        .extracting(Remark::toString)
        .containsExactly(
            "dkim.xml:1: <dkim>: there is no key: mail is not signed; posthouse dkim new makes one");
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, other.example, true",
    "example.org, example.net, true",
    "*.example.org, example.net, true",
    "relay, example.org, true",
    "badexample.org, example.org, true",
    "example.org, example.org, false",
    "example.org, mail.example.org, false",
    "a.b.example.org, example.org, false",
    "a.example.org, b.example.org, false",
    "*.a.example.org, b.example.org, false",
    "EXAMPLE.org, Example.ORG, false"
  })
  void signaturesThatDmarcNeverCountsShouldBeAWarning(String name, String signs, boolean isWarned)
      throws Exception {
    String domain = "<domain name='" + name + "' signs='" + signs + "'>";
    String key = "<key selector='s' file='dkim/rsa.pem'/>";
    TableReading reading = read("<dkim>\n" + domain + key + "</domain></dkim>");
    assertThat(reading.isUsable()).isTrue();
    assertThat(reading.warnings().stream().map(Remark::toString))
        .hasSize(isWarned ? 1 : 0)
        .allSatisfy(
            text ->
                assertThat(text)
                    .startsWith("dkim.xml:2: <domain name=\"" + name + "\">: signs: DMARC never")
                    .contains("signatures of " + signs));
  }

  @Test
  void missingTableShouldBeAProblem() {
    TableReading reading = new KeyTableReader(home, NOW).read(home.resolve("dkim.xml"));
    assertThat(reading.complaint())
        .isEqualTo("dkim.xml: there is no file " + home.resolve("dkim.xml"));
  }

  @Test
  void filesShouldBeNamedThatCouldNotBeRead() throws Exception {
    TableReading reading =
        read(
            "<dkim><domain name='a.example'><key selector='s' file='dkim/none.pem'/></domain></dkim>");
    assertThat(reading.files())
        .containsExactlyInAnyOrder(
            home.resolve("conf/dkim.xml"), home.resolve("conf/dkim/none.pem"));
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 5000})
  void deepTableShouldBeRefused(int depth) throws Exception {
    TableReading reading = read("<dkim>".repeat(depth) + "</dkim>".repeat(depth));
    assertThat(reading.complaint()).contains("there are too many elements");
  }

  @Test
  void longTableShouldBeRefused() throws Exception {
    assertThat(read("<dkim>" + " ".repeat(4 << 20) + "</dkim>").complaint())
        .isEqualTo("dkim.xml: it is longer than 4 MiB");
  }

  private TableReading read(String xml) throws IOException {
    ConfDirectory conf = ConfDirectory.in(home);
    Files.setPosixFilePermissions(
        conf.conf(), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    return new KeyTableReader(conf.conf(), NOW).read(conf.table(xml));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = KeyTableReaderTest.class.getResourceAsStream("/signing/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
