/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.Settings;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.client.Networks;

/** What limits.xml means, and what is said of a bad one. */
class LimitsConfigurationTest {
  @TempDir Path conf;

  @Test
  void shippedFileShouldMeanWhatHoldsWithoutIt() throws Exception {
    Settings none = new Settings(conf.resolve("limits.xml"), new BaseHierarchicalConfiguration());
    assertThat(LimitsConfiguration.read(none, conf, KnownNames.UNKNOWN))
        .isEqualTo(LimitsConfiguration.SHIPPED);
    LimitsXml shipped = LimitsXml.read(conf, Files.readString(Path.of("../conf/limits.xml")));
    assertThat(shipped.problems()).isEmpty();
    assertThat(shipped.warnings()).isEmpty();
    assertThat(shipped.configuration()).isEqualTo(LimitsConfiguration.SHIPPED);
  }

  @Test
  void examplesOfTheHowtoShouldBeGood() throws Exception {
    String page = Files.readString(Path.of("doc/howto/limits.md"));
    List<String> examples =
        Pattern.compile("(?s) {4}<limits>.*? {4}</limits>")
            .matcher(page)
            .results()
            .map(match -> match.group())
            .toList();
    assertThat(examples).hasSize(3);
    for (String example : examples) {
      LimitsXml read = LimitsXml.read(conf, example.strip());
      assertThat(read.problems()).isEmpty();
      assertThat(read.warnings()).isEmpty();
    }
  }

  @Test
  void namesThatNobodyHasShouldBeTold() throws Exception {
    LimitsXml read =
        LimitsXml.read(
            conf,
            "<limits>\n<limit name='a' per='identity' identities='alise, bob' groups='printer'>\n"
                + "<messages>1/1h</messages></limit></limits>",
            KnownNames.of(Set.of("alice", "bob"), Set.of("printers")));
    assertThat(read.warnings())
        .singleElement()
        .asString()
        .contains("there is no identity 'alise'; did you mean 'alice'?");
    assertThat(read.problems())
        .singleElement()
        .asString()
        .contains("there is no group 'printer'; did you mean 'printers'?");
  }

  @Test
  void namesWithAStarShouldBeRefusedWithWhatIsMeant() throws Exception {
    LimitsXml read =
        LimitsXml.read(
            conf,
            "<limits>\n<limit name='a' per='identity' identities='bob *@example.com'"
                + " groups='app*, *'>\n<messages>1/1h</messages></limit></limits>");
    assertThat(read.problems())
        .satisfiesExactlyInAnyOrder(
            said ->
                assertThat(said)
                    .contains("line 2, <limit>, attribute identities: '*@example.com' has a *")
                    .contains("name a group")
                    .contains("per=\"sender-domain\" domains=\"example.com\""),
            said -> assertThat(said).contains("attribute groups: 'app*' has a *", "name a group"),
            said -> assertThat(said).contains("'*' has a *", "without the attribute"));
  }

  @Test
  void everyElementShouldCount() throws Exception {
    LimitsXml full =
        LimitsXml.read(conf, Files.readString(Path.of("test/resources/limits/limits.xml")));
    assertThat(full.problems()).isEmpty();
    assertThat(full.warnings()).isEmpty();
    Limit group =
        new Limit(
            "all-of-it",
            Scope.GROUP,
            new Audience(
                Set.of("alice", "bob@example.org"),
                Set.of("sales", "big firm"),
                Networks.parse("192.0.2.0/24 2001:db8::/32"),
                Set.of()),
            List.of(
                new Rate(Kind.MESSAGES, 100, Duration.ofHours(1)),
                new Rate(Kind.MESSAGES, 10, Duration.ofMinutes(1)),
                new Rate(Kind.RECIPIENTS, 200, Duration.ofHours(1)),
                new Rate(Kind.NEW_RECIPIENTS, 20, Duration.ofDays(1)),
                new Rate(Kind.BYTES, 100 << 20, Duration.ofDays(1))),
            5,
            50,
            10 << 20,
            Consequence.REFUSE);
    Limit partner =
        new Limit(
            "partner",
            Scope.RECIPIENT_DOMAIN,
            new Audience(
                Set.of(), Set.of(), Networks.NONE, Set.of("partner.example", ".partner.example")),
            List.of(new Rate(Kind.MESSAGES, 60, Duration.ofMinutes(1))),
            0,
            0,
            0,
            Consequence.HOLD);
    assertThat(full.configuration().limits()).containsExactly(group, partner);
  }

  @Test
  void allProblemsShouldBeToldWithTheirLines() throws Exception {
    LimitsXml bad =
        LimitsXml.read(
            conf,
            """
            <limits>
              <limit name="one" per="person"/>
              <limit name="two" per="identity" domains="example.org">
                <messages>many / 1 h</messages>
                <message>1 / 1 h</message>
                <bytes>100 / 1 d</bytes>
                <when>later</when>
              </limit>
              <limit name="two" per="network" networks="10.0.0.0/33">
                <messages>5 / 1 ms</messages>
                <recipients/>
              </limit>
              <limit per="all" groups="">
                <size>0 B</size>
              </limit>
            </limits>
            """);
    assertThat(bad.problems())
        .satisfiesExactlyInAnyOrder(
            said -> assertThat(said).contains("line 2", "'person' is none of identity, group"),
            said -> assertThat(said).contains("line 3", "domains", "recipient-domain"),
            said -> assertThat(said).contains("line 4", "'many / 1 h' is no rate"),
            said -> assertThat(said).contains("line 5", "message", "messages"),
            said -> assertThat(said).contains("line 6", "'100' is no size"),
            said -> assertThat(said).contains("line 7", "'later' is none of refuse-for-now"),
            said -> assertThat(said).contains("line 9", "'two'", "another limit"),
            said -> assertThat(said).contains("line 9", "10.0.0.0/33"),
            said -> assertThat(said).contains("line 10", "from 1s"),
            said -> assertThat(said).contains("line 11", "it is empty"),
            said -> assertThat(said).contains("line 13", "no attribute name"),
            said -> assertThat(said).contains("line 13", "groups", "empty"),
            said -> assertThat(said).contains("line 14", "no message pass"));
  }

  @Test
  void whatCanNeverApplyShouldBeWarnedOf() throws Exception {
    LimitsXml odd =
        LimitsXml.read(
            conf,
            """
            <limits>
              <limit name="a" per="sender-domain">
                <messages>10 / 1 min</messages>
                <messages>1000 / 1 min</messages>
                <sessions>5</sessions>
              </limit>
              <limit name="b" per="sender-domain">
                <messages>20 / 1 min</messages>
              </limit>
              <limit name="c" per="all"/>
              <limit name="d" per="all">
                <size>1 MiB</size>
                <when>hold</when>
              </limit>
              <limit name="e" per="identity">
                <messages>10 / 1 min</messages>
                <messages>100 / 1 h</messages>
              </limit>
            </limits>
            """);
    assertThat(odd.problems()).isEmpty();
    assertThat(odd.warnings())
        .satisfiesExactlyInAnyOrder(
            said -> assertThat(said).contains("1000 messages in 1m can never be reached", "10 "),
            said -> assertThat(said).contains("sessions", "of no domain"),
            said -> assertThat(said).contains("20 messages in 1m", "of limit a"),
            said -> assertThat(said).contains("1000 messages in 1m", "of limit b"),
            said -> assertThat(said).contains("line 10", "limits nothing"),
            said -> assertThat(said).contains("line 13", "no rate"));
  }
}
