/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path directory;

  private Settings settings(String xml) throws Exception {
    Path file = Files.writeString(directory.resolve("relay.xml"), xml);
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    return new Settings(file, values);
  }

  @Test
  void everythingWrongShouldBeToldAtOnceWithLineAndNearestName() throws Exception {
    Settings settings =
        settings(
            """
            <?xml version="1.0"?>
            <relay>
            <spool>
            <reserve>a lot</reserve>
            <sync>maybe</sync>
            <reserv>1 GiB</reserv>
            </spool>
            <elsewhere><entirely>1</entirely></elsewhere></relay>
            """);
    assertThat(settings.size("spool.reserve", 7)).isEqualTo(7);
    settings.truth("spool.sync", true);
    assertThatThrownBy(settings::check)
        .isInstanceOf(ConfigurationRuntimeException.class)
        .message()
        .isEqualTo(
            "relay.xml cannot be used:\n"
                + "  line 4, <spool><reserve>: 'a lot' is no size; write a number and B, kB, MB, GB,"
                + " KiB, MiB or GiB\n"
                + "  line 5, <spool><sync>: 'maybe' is neither true nor false\n"
                + "  line 6, <spool><reserv>: there is no such setting; did you mean <reserve>?\n"
                + "  line 8, <elsewhere>: there is no such setting");
  }

  @Test
  void misplacedSettingShouldBeToldWhereItBelongs() throws Exception {
    Settings settings =
        settings("<relay><tls startTSL='true'><b>1</b></tls><spool>x</spool><on>1</on></relay>");
    settings.truth("tls[@startTLS]", false);
    settings.truth("spool.sync", true);
    settings.text("b");
    settings.text("limits.on");
    settings.end();
    assertThat(settings.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "line 1, <tls>, attribute startTSL: there is no such attribute; did you mean attribute"
                + " startTLS?",
            "line 1, <tls><b>: there is no such setting; it does not belong into <tls>",
            "line 1, <spool>: it holds other elements, no text of its own",
            "line 1, <on>: there is no such setting; it belongs into <limits>");
  }

  @Test
  void elementAmongSeveralShouldBeToldWithItsOwnLine() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("doors.xml"),
            "<doors>\n<door><port>1</port></door>\n<door>\n<port>x</port></door></doors>");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings doors = new Settings(file, values);
    doors.leave("door");
    for (int i = 0; i < 2; i++) {
      Settings door = doors.part("door(" + i + ")", values.configurationsAt("door").get(i));
      door.number("port", 0, 65_535, 25);
      door.end();
    }
    doors.end();
    assertThat(doors.complaint())
        .hasValue(
            "doors.xml cannot be used:\n  line 4, <port>: 'x' is no whole number of 0 to 65535");
  }

  @Test
  void elementsThatRepeatShouldBeReadToTheirEnd() throws Exception {
    Settings settings =
        settings(
            "<relay>\n<ways>\n<way via='x'>a</way>\n<way vai='y'><span>5</span></way></ways>\n"
                + "<only/>\n<only/>text</relay>");
    List<Settings> ways = settings.section("ways").parts("way");
    assertThat(ways).isSameAs(settings.section("ways").parts("way")).hasSize(2);
    assertThat(ways.get(0).text("")).hasValue("a");
    for (Settings way : ways) {
      way.text("[@via]");
      way.duration("span", Duration.ZERO, Duration.ofDays(1), Duration.ZERO);
    }
    settings.section("only").choice("level", ChronoUnit.HALF_DAYS);
    settings.section("missing").text("[@via]");
    assertThat(settings.known())
        .containsExactly(
            "missing",
            "missing[@via]",
            "only",
            "only.level",
            "ways",
            "ways.way",
            "ways.way.span",
            "ways.way[@via]");
    settings.end();
    assertThat(settings.problems())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "line 1: it holds no text of its own",
            "line 4, <ways><way>, attribute vai: there is no such attribute; did you mean attribute"
                + " via?",
            "line 4, <ways><way><span>: '5' is no span of time; write a number and ms, s, min, h or"
                + " d",
            "line 6, <only>: it is written 2 times");
  }

  @Test
  void constantShouldBeReadAsAWord() throws Exception {
    Settings settings = settings("<relay><a>Half-Days</a><b>half_days</b></relay>");
    assertThat(settings.choice("a", ChronoUnit.DAYS)).isEqualTo(ChronoUnit.HALF_DAYS);
    assertThat(settings.choice("b", ChronoUnit.DAYS)).isEqualTo(ChronoUnit.DAYS);
    assertThat(settings.complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("none of"));
  }

  @Test
  void linesShouldBeLookedUpOnlyWhenSomethingIsWrong() throws Exception {
    Settings settings = settings("<relay><spool><sync>true</sync></spool></relay>");
    settings.truth("spool.sync", true);
    // A file that is gone cannot be asked for a line, which shows when it is read.
    Files.delete(directory.resolve("relay.xml"));
    settings.check();
    settings.problem("spool.sync", "no");
    assertThat(settings.complaint()).hasValue("relay.xml cannot be used:\n  <spool><sync>: no");
  }

  @Test
  void fileThatIsNoXmlShouldBeToldWithItsLine() throws Exception {
    Path bad = Files.writeString(directory.resolve("bad.xml"), "<a>\n<b>\n</c>\n</a>");
    assertThat(XmlElement.problem(bad))
        .hasValueSatisfying(text -> assertThat(text).startsWith("bad.xml, line 3: ").contains("b"));
    Path good = Files.writeString(directory.resolve("good.xml"), "<a>\n<b/>\n</a>");
    assertThat(XmlElement.problem(good)).isEmpty();
    assertThat(XmlElement.problem(directory.resolve("none.xml"))).isEmpty();
  }

  @Test
  void settingWrittenTwiceShouldBeRefused() throws Exception {
    Settings settings =
        settings("<relay><spool><reserve>1B</reserve><reserve>2B</reserve></spool></relay>");
    settings.size("spool.reserve", 7);
    assertThatThrownBy(settings::check).hasMessageContaining("it is written 2 times");
  }

  @Test
  void rightFileShouldPass() throws Exception {
    Settings settings = settings("<relay><spool><reserve> 2 KiB </reserve></spool></relay>");
    assertThat(settings.size("spool.reserve", 7)).isEqualTo(2048);
    assertThat(settings.truth("spool.sync", true)).isTrue();
    settings.check();
  }

  @ParameterizedTest
  @CsvSource({"512 B,512", "1kB,1000", "3 MB,3000000", "2GiB,2147483648", "0 b,0"})
  void sizeShouldBeRead(String text, long octets) {
    assertThat(DataSize.parse(text).octets()).isEqualTo(octets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "-1 B", "1.5 MB", "9 pounds", "999999999999999 GiB"})
  void whatIsNoSizeShouldBeRefused(String text) {
    assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
