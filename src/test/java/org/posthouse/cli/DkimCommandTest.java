/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.faults.Tools;
import org.posthouse.routing.ZoneServer;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.TableKey;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import picocli.CommandLine;

class DkimCommandTest {
  @TempDir Path home;
  private ZoneServer zone;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void setUp() throws Exception {
    Files.createDirectory(home.resolve("conf"));
    zone = new ZoneServer();
  }

  @AfterEach
  void tearDown() {
    zone.close();
  }

  private int run(String... words) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine command = new CommandLine(new DkimCommand());
    command.setExecutionExceptionHandler(
        (failure, line, parsed) -> {
          if (failure instanceof CommandFailure known) {
            err.append(known.getMessage()).append('\n');
            return known.exitCode();
          }
          throw failure;
        });
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString()));
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(new String[0]));
  }

  private int check(String... words) {
    List<String> all = new ArrayList<>(List.of("check"));
    all.addAll(List.of(words));
    all.addAll(List.of("--name-server", "127.0.0.1:" + zone.address().getPort()));
    return run(all.toArray(new String[0]));
  }

  private Path conf(String name) {
    return home.resolve("conf").resolve(name);
  }

  private String table() throws Exception {
    return Files.readString(conf("dkim.xml"));
  }

  private KeyTable keys(Clock clock) {
    return new KeyTableReader(home.resolve("conf"), clock).read(conf("dkim.xml")).table();
  }

  private List<String> active(Instant then) {
    return keys(Clock.systemUTC()).of("example.com").orElseThrow().active(then).stream()
        .map(TableKey::selector)
        .toList();
  }

  /** What was printed behind that word. */
  private String printed(String word) {
    return out.toString()
        .lines()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lines(String text, String with) {
    return text.lines().filter(line -> line.contains(with)).toList();
  }

  /** The selectors of the old keys that a rotation says it has replaced. */
  private List<String> replaced() {
    return Pattern.compile("remove (\\S+)\\._domainkey")
        .matcher(out.toString())
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private void publish(String name, String value) throws Exception {
    zone.with(name + ". 60 IN TXT \"" + String.join("\" \"", PublishedKey.strings(value)) + "\"");
  }

  @Test
  void newShouldMakeAKeyForTheOwnersEyesOnly() throws Exception {
    assertThat(run("new", "Example.com", "--selector", "a2026")).isZero();
    Path key = conf("dkim/example.com.a2026.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(conf("dkim"))))
        .isEqualTo("rwx------");
    assertThat(Files.getOwner(key)).isEqualTo(Files.getOwner(home.resolve("conf")));
    assertThat(PublishedKey.record(PrivateKeyFile.read(key))).isEqualTo(printed("value"));
    assertThat(table())
        .contains(
            "<domain name=\"example.com\">",
            "<key selector=\"a2026\" file=\"dkim/example.com.a2026.pem\"/>");
    assertThat(active(Instant.now())).containsExactly("a2026");
  }

  @Test
  void keysThatRootMakesShouldBeOfWhomConfIs() throws Exception {
    Tools.requireThat("root".equals(System.getProperty("user.name")), "only root gives files away");
    UserPrincipal nobody =
        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(home.resolve("conf"), nobody);
    assertThat(run("new", "example.com", "--selector", "a")).isZero();
    for (String name : List.of("dkim.xml", "dkim", "dkim/example.com.a.pem")) {
      assertThat(Files.getOwner(conf(name))).as(name).isEqualTo(nobody);
    }
  }

  @Test
  void newShouldSayThatAnotherKeyOfItsKindSignsToo() {
    run("new", "example.com", "--selector", "first");
    run("new", "example.com", "--selector", "ed", "--ed25519");
    assertThat(err.toString()).isEmpty();
    assertThat(run("new", "example.com", "--selector", "second")).isZero();
    assertThat(err.toString())
        .contains("the new key signs beside first; to replace keys: posthouse dkim rotate exam");
  }

  @Test
  void newShouldPrintTheRecordInEveryForm() throws Exception {
    run("new", "example.com", "--selector", "a2026");
    assertThat(printed("name")).isEqualTo("a2026._domainkey.example.com");
    String value = printed("value");
    assertThat(value).startsWith("v=DKIM1; k=rsa; p=").hasSizeGreaterThan(400);
    assertThat(printed("strings").replace("\" \"", "")).isEqualTo("\"" + value + "\"");
    Master zoneFile =
        new Master(
            new ByteArrayInputStream(printed("zone").getBytes(StandardCharsets.US_ASCII)),
            Name.root,
            60);
    Record record = zoneFile.nextRecord();
    assertThat(record.getName()).hasToString("a2026._domainkey.example.com.");
    assertThat(((TXTRecord) record).getStrings())
        .allSatisfy(string -> assertThat(string).hasSizeLessThanOrEqualTo(255));
    assertThat(String.join("", ((TXTRecord) record).getStrings())).isEqualTo(value);
  }

  @Test
  void newShouldKeepWhatStandsInTheTable() throws Exception {
    run("new", "example.com", "--selector", "a");
    String written = table().replace("<domain", "<!-- ours --> <domain");
    Files.writeString(conf("dkim.xml"), written);
    Files.setPosixFilePermissions(conf("dkim.xml"), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(run("new", "example.com", "--ed25519", "--after", "2d")).isZero();
    assertThat(table()).startsWith(written.substring(0, written.indexOf("</domain>")).strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(conf("dkim.xml"))))
        .isEqualTo("rw-r-----");
    assertThat(printed("value")).startsWith("v=DKIM1; k=ed25519; p=");
    assertThat(printed("name")).matches("e\\d{6}\\._domainkey\\.example\\.com");
    assertThat(active(Instant.now())).containsExactly("a");
    assertThat(active(Instant.now().plus(Duration.ofDays(2)))).hasSize(2);
  }

  @Test
  void newShouldFindASelectorThatIsFree() throws Exception {
    run("new", "example.com");
    String first = printed("name");
    assertThat(run("new", "example.com", "--json")).isZero();
    JsonNode second = new ObjectMapper().readTree(out.toString());
    assertThat(second.path("name").asText())
        .isEqualTo(first.replace("._domainkey", "b._domainkey"));
    assertThat(second.path("from").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "new no_domain!, 64, is no domain name",
    "new '*.example.com', 64, says as whom it signs",
    "new default, 64, says as whom it signs",
    "new example.com --bits 512, 64, '--bits is from 1024 to 4096, not 512'",
    "new example.com --selector a._domainkey, 64, is no selector",
    "new example.com --after soon, 64, '--after: ''soon'' is no span of time'",
    "rotate example.com, 78, there is no file",
    "check, 78, there is no file",
    "list, 78, there is no file"
  })
  void whatCannotBeDoneShouldBeSaid(String words, int exitCode, String message) {
    assertThat(run(words.replace("'", "").split(" "))).isEqualTo(exitCode);
    assertThat(err.toString()).contains(message);
    assertThat(conf("dkim")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "*.", ".", "a..example", "no domain", "<x>.example"})
  void whatIsNoDomainShouldChangeNothing(String domain) throws Exception {
    run("new", "example.com", "--selector", "a");
    String before = table();
    for (String command : List.of("new", "rotate", "check")) {
      assertThat(run(command, domain)).as(command).isEqualTo(64);
      assertThat(err.toString()).contains("'" + domain + "' is no domain name");
      assertThat(out.toString()).isEmpty();
    }
    assertThat(table()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a..b", "a/b", "-x", "x-", "a_b", "a.-b", "_domainkey.a"})
  void whatIsNoSelectorShouldChangeNothing(String selector) {
    assertThat(run("new", "example.com", "--selector", selector)).isEqualTo(64);
    assertThat(err.toString()).contains("is no selector");
    assertThat(conf("dkim")).doesNotExist();
    assertThat(conf("dkim.xml")).doesNotExist();
  }

  @Test
  void keysShouldGoAgainWhenTheTableCannotBeWritten() throws Exception {
    run("new", "example.com", "--selector", "a");
    run("new", "example.com", "--selector", "e", "--ed25519");
    String before = table();
    Path inItsWay = Files.createDirectories(conf(".dkim.xml.new/x"));
    assertThat(run("new", "example.com")).isEqualTo(73);
    assertThat(run("rotate", "example.com")).isEqualTo(73);
    assertThat(table()).isEqualTo(before);
    assertThat(conf("dkim"))
        .isDirectoryContaining("glob:**/example.com.a.pem")
        .isDirectoryNotContaining("glob:**/example.com.[er]2*");
    Files.delete(inItsWay);
    Files.delete(conf(".dkim.xml.new"));
    assertThat(run("new", "example.com")).isZero();
    assertThat(printed("name")).matches("r\\d{6}\\._domainkey\\.example\\.com");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026", "a--b", "eu.r2026-11", "x"})
  void selectorShouldBeLabelsWithDotsBetween(String selector) {
    assertThat(run("new", "example.com", "--selector", selector)).isZero();
    assertThat(printed("name")).isEqualTo(selector + "._domainkey.example.com");
  }

  @Test
  void internationalNamesShouldBeTheSameInEitherForm() throws Exception {
    assertThat(run("new", "b\u00fccher.example", "--selector", "a")).isZero();
    assertThat(printed("name")).isEqualTo("a._domainkey.xn--bcher-kva.example");
    assertThat(run("new", "B\u00dcCHER.example", "--selector", "b")).isZero();
    assertThat(run("rotate", "xn--bcher-kva.EXAMPLE")).isZero();
    assertThat(table().split("<domain ", -1)).hasSize(2);
  }

  @Test
  void newShouldRefuseASelectorThatIsTaken() throws Exception {
    run("new", "example.com", "--selector", "a");
    String before = table();
    assertThat(run("new", "example.com", "--selector", "A")).isEqualTo(64);
    assertThat(err.toString()).contains("there is a key a already");
    assertThat(table()).isEqualTo(before);
  }

  @Test
  void wrongTableShouldBeLeftAlone() throws Exception {
    Files.writeString(conf("dkim.xml"), "<dkim>\n<domian/></dkim>");
    assertThat(run("new", "example.com")).isEqualTo(78);
    assertThat(err.toString()).contains("dkim.xml:2: <domian>").contains("did you mean 'domain'?");
    assertThat(table()).isEqualTo("<dkim>\n<domian/></dkim>");
  }

  @Test
  void newShouldFillAnElementThatWaitsForItsFirstKey() throws Exception {
    Files.writeString(
        conf("dkim.xml"),
        "<dkim>\n  <domain name=\"*.a.example\" signs=\"a.example\"/>\n</dkim>\n");
    assertThat(check()).as("nothing is right yet").isEqualTo(64);
    assertThat(err.toString())
        .contains("<domain name=\"*.a.example\">: it has no <key>: its mail is not signed")
        .contains("there is no key in conf/dkim.xml");
    assertThat(run("new", "*.a.example", "--selector", "s")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(printed("name")).isEqualTo("s._domainkey.a.example");
    assertThat(keys(Clock.systemUTC()).of("x.a.example").orElseThrow().keys()).hasSize(1);
  }

  @Test
  void checkShouldEndWellOnlyWhenAllActiveKeysAreRight() throws Exception {
    run("new", "example.com", "--selector", "a");
    String value = printed("value");
    run("new", "example.com", "--selector", "e", "--ed25519");
    String ed25519 = printed("value");
    run("new", "example.com", "--selector", "later", "--after", "2d");

    publish("a._domainkey.example.com", value);
    assertThat(check()).isEqualTo(78);
    assertThat(out.toString())
        .contains("example.com a rsa2048 active: published\n")
        .contains("example.com e ed25519 active: missing\n")
        .contains("  publish e._domainkey.example.com. IN TXT ( \"" + ed25519 + "\" )\n")
        .contains("example.com later rsa2048 pending: missing\n");

    publish("e._domainkey.example.com", ed25519);
    assertThat(check("example.com")).as("the one that is pending does not count yet").isZero();
  }

  @Test
  void checkShouldTellWhatIsWrong() throws Exception {
    run("new", "example.com", "--selector", "a");
    String value = printed("value");
    run("new", "example.net", "--selector", "b");
    publish("b._domainkey.example.net", value);
    run("new", "example.org", "--selector", "c");
    publish("c._domainkey.example.org", "v=DKIM1; p=");
    run("new", "example.edu", "--selector", "d");
    publish("d._domainkey.example.edu", printed("value") + "; t=y");
    run("new", "example.biz", "--selector", "f", "--bits", "1024");
    publish("f._domainkey.example.biz", printed("value"));
    zone.fail("a._domainkey.example.com.");
    assertThat(check("--json")).isEqualTo(78);
    List<String> states = new ArrayList<>();
    new ObjectMapper()
        .readTree(out.toString())
        .forEach(key -> states.add(key.path("whose").asText() + " " + key.path("dns").asText()));
    assertThat(states)
        .containsExactly(
            "example.com unknown",
            "example.net other key",
            "example.org revoked",
            "example.edu testing",
            "example.biz too short");
    assertThat(check("example.com")).isEqualTo(69);
    assertThat(check("no.example")).isEqualTo(64);
    assertThat(run("check", "--name-server", "nobody")).isEqualTo(64);
    Files.writeString(conf("dnsservice.xml"), "<dnsservice><autodiscover>perhaps</dnsservice>");
    assertThat(run("check")).isEqualTo(78);
    assertThat(err.toString()).contains("dnsservice.xml cannot be read: ");
  }

  @Test
  void rotateShouldReplaceEachActiveKeyWithItsLike() throws Exception {
    run("new", "example.com", "--selector", "old");
    run("new", "example.com", "--selector", "olded", "--ed25519");
    Instant before = Instant.now();
    assertThat(run("rotate", "example.com", "--after", "1d", "--overlap", "3d")).isZero();
    assertThat(out.toString())
        .contains("k=rsa", "k=ed25519", "remove old._domainkey.example.com after ");
    assertThat(active(before)).containsExactly("old", "olded");
    assertThat(active(before.plus(Duration.ofHours(25)))).hasSize(4);
    List<TableKey> after =
        keys(Clock.systemUTC())
            .of("example.com")
            .orElseThrow()
            .active(before.plus(Duration.ofHours(4 * 24 + 1)));
    assertThat(after)
        .extracting(key -> key.key().algorithm().word())
        .containsExactly("rsa-sha256", "ed25519-sha256");

    assertThat(run("rotate", "example.com")).isEqualTo(64);
    assertThat(err.toString()).contains("waits for its turn already");
    assertThat(run("rotate", "example.net")).isEqualTo(64);
  }

  @Test
  void rotateShouldLeaveKeysThatHaveASuccessor() throws Exception {
    run("new", "example.com", "--selector", "a");
    run("new", "example.com", "--selector", "b");
    run("new", "example.com", "--selector", "e", "--ed25519");
    assertThat(run("rotate", "example.com", "--after", "0s")).isZero();
    assertThat(replaced()).containsExactly("a", "b", "e");
    String before = table();
    assertThat(run("rotate", "example.com", "--after", "0s")).isZero();
    assertThat(replaced()).as("only what the first rotation made").hasSize(3).doesNotContain("a");
    assertThat(err.toString()).containsPattern("a has a successor already, and signs until \\S+Z");
    assertThat(active(Instant.now())).hasSize(9);
    assertThat(table().lines()).containsAll(lines(before, " until="));
    assertThat(active(Instant.now().plus(Duration.ofDays(8)))).hasSize(3);
  }

  @Test
  void rotateShouldReplaceAKeyThatEndsWithoutASuccessorOfItsKind() throws Exception {
    run("new", "example.com", "--selector", "a");
    run("new", "example.com", "--selector", "e", "--ed25519");
    String ends = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS) + "";
    Files.writeString(
        conf("dkim.xml"), table().replace("a.pem\"", "a.pem\" until=\"" + ends + "\""));
    assertThat(run("rotate", "example.com", "--after", "0s")).isZero();
    assertThat(replaced()).containsExactly("a", "e");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void rotateShouldWorkForPatternsAndTheDefault() throws Exception {
    run("new", "example.com", "--selector", "a");
    Files.writeString(
        conf("dkim.xml"),
        table()
            .replace("<domain name=\"example.com\">", "<default signs=\"example.com\">")
            .replace("</domain>", "</default>"));
    assertThat(run("rotate", "default", "--json")).isZero();
    JsonNode first = new ObjectMapper().readTree(out.toString()).path(0);
    assertThat(first.path("replaces").asText()).isEqualTo("a._domainkey.example.com");
    assertThat(Instant.parse(first.path("remove").asText()))
        .isAfter(Instant.now().plus(Duration.ofDays(15)));
    assertThat(keys(Clock.systemUTC()).fallback().orElseThrow().keys()).hasSize(2);
  }

  @Test
  void listShouldHaveOneKeyALine() throws Exception {
    run("new", "example.com", "--selector", "a");
    run("new", "example.com", "--selector", "e", "--ed25519", "--after", "2d");
    assertThat(run("list")).isZero();
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            line ->
                assertThat(line).isEqualTo("example.com a rsa2048 active dkim/example.com.a.pem"),
            line ->
                assertThat(line)
                    .matches("example.com e ed25519 pending from=\\S+ dkim/example.com.e.pem"));
    assertThat(run("list", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path(1).path("state").asText())
        .isEqualTo("pending");
  }

  @Test
  void commandAloneShouldSayHowItIsUsed() {
    out = new StringWriter();
    CommandLine command = new CommandLine(new DkimCommand());
    assertThat(command.setErr(new PrintWriter(out, true)).execute()).isEqualTo(64);
    assertThat(out.toString()).contains("new", "check", "rotate", "list");
  }
}
