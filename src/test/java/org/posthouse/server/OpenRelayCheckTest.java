/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.RelayHome;
import org.posthouse.config.Home;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.slf4j.LoggerFactory;

/** What a start says of a configuration by which strangers could send. */
class OpenRelayCheckTest {
  private static final String LIMITED =
      "<senders>\n<rule name='ours' networks='authorized'><sender>any</sender>\n"
          + "<recipients>@ours.example</recipients></rule></senders>";

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(StartCheck.class);

  @BeforeEach
  void create() throws Exception {
    RelayHome.create(directory, 1);
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private void senders(String xml) throws Exception {
    Files.writeString(directory.resolve("conf/senders.xml"), xml);
  }

  private void door(String from, String to) throws Exception {
    Path file = directory.resolve("conf/smtpserver.xml");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  private void authorize(String networks) throws Exception {
    door("127.0.0.0/8</authorizedAddresses>", networks + "</authorizedAddresses>");
  }

  /** All that stops the start; empty when nothing does. */
  private String complaint() throws Exception {
    Home home = new Home(directory);
    CoreModule core = new CoreModule(home);
    try {
      new StartCheck(home, core.configurations(), core.fileSystem()).check();
      return "";
    } catch (ConfigurationException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private List<String> warnings() {
    return said(Level.WARN);
  }

  private List<String> said(Level level) {
    return log.list.stream()
        .filter(each -> each.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0/0", "10.0.0.0/8 ::/0", "*", "0.0.0.0/1, 128.0.0.0/1", "2000::/3"})
  void authorizingTheInternetShouldStopTheStart(String networks) throws Exception {
    authorize(networks);

    assertThat(complaint())
        .contains("smtpserver.xml cannot be used:\n  line 17, <authorizedAddresses>: this makes an")
        .contains("open relay: nobody has a network as large as ")
        .contains(
            "the rule 'authorized-programs' of senders.xml lets authorized addresses send to");
  }

  /** No one of them is larger than what somebody has. */
  @Test
  void authorizingTheInternetInPiecesShouldStopTheStart() throws Exception {
    authorize(pieces(1, 18)); // and 10.0.0.0/8, which is private

    assertThat(complaint())
        .contains("line 17, <authorizedAddresses>: this makes an open relay: nobody has as much")
        .contains("as these networks together, and senders.xml lets authorized addresses send");
  }

  @Test
  void aLargeOwnerShouldBeWarnedOnly() throws Exception {
    authorize(pieces(1, 16) + " 11.0.0.0/9 11.0.0.0/9 192.168.0.0/16");

    assertThat(complaint()).isEmpty();
  }

  /** Blocks of a /8, whose first octets go from one number to another. */
  private static String pieces(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(octet -> octet + ".0.0.0/8")
        .collect(Collectors.joining(" "));
  }

  @Test
  void theRuleShouldBeNamedWithItsLine() throws Exception {
    senders(
        "<senders>\n\n<rule name='programs' networks='authorized'><sender>@a.example</sender>"
            + "</rule></senders>");
    authorize("0.0.0.0/0");

    assertThat(complaint()).contains("the rule 'programs' (line 3) of senders.xml lets");
  }

  @Test
  void aRuleThatTakesMailInForOursShouldMakeNoOpenRelay() throws Exception {
    senders(LIMITED);
    authorize("0.0.0.0/0");

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .containsExactly(
            "smtpserver.xml, line 17, <authorizedAddresses>: nobody has a network as large as"
                + " 0.0.0.0/0: strangers may use what senders.xml lets them");
  }

  @Test
  void anEarlierRuleShouldDecide() throws Exception {
    senders(
        LIMITED.replace(
            "</senders>",
            "<rule name='all' identities='*' networks='authorized'><sender>any</sender></rule>"
                + "</senders>"));
    authorize("192.0.2.0/24");

    assertThat(complaint()).contains("it never applies");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void halvesOfTheInternetShouldBeTakenForTheInternet() throws Exception {
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><users/>\n<network identity='w'>0.0.0.0/1, 128.0.0.0/1</network></identities>");
    door("</authorizedAddresses>", "</authorizedAddresses><xclientFrom>0.0.0.0/1</xclientFrom>");

    assertThat(complaint())
        .contains("  line 2, <network>: this makes an open relay", "128.0.0.0/1")
        .contains("<xclientFrom>: this makes an open relay");
  }

  /** Whoever has all of .com has everybody's domains. */
  @ParameterizedTest
  @ValueSource(strings = {"any", ".com, .org", "@ours.example .de"})
  void domainsOfEverybodyShouldBeWarnedOfAsAny(String sender) throws Exception {
    senders(
        "<senders><rule name='r' networks='192.0.2.0/24'><sender>"
            + sender
            + "</sender></rule></senders>");

    assertThat(complaint()).isEmpty();
    assertThat(warnings()).anyMatch(text -> text.startsWith("senders.xml, line 1, <rule>"));
    log.list.clear();
    senders(
        "<senders><rule name='r' networks='192.0.2.0/24'><sender>.lan, .ours.example</sender></rule>"
            + "</senders>");
    complaint();
    assertThat(warnings()).noneMatch(text -> text.contains("any domain"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxyFrom", "xclientFrom"})
  void largeNetworksThatSpeakForOthersShouldBeTold(String element) throws Exception {
    String end = "</" + element + "><auth>";
    door("<auth>", "<" + element + ">8.0.0.0/8, 192.0.2.0/24, 10.0.0.0/8" + end);
    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .anyMatch(text -> text.contains("<" + element + ">: each host of 8.0.0.0/8 may say whom"))
        .noneMatch(text -> text.contains("192.0.2.0") || text.contains("10.0.0.0"));
    door(">8.0.0.0/8,", ">" + pieces(1, 20) + ",");
    assertThat(complaint()).contains("<" + element + ">: this makes an open relay");
  }

  @Test
  void aPublicNetworkOfAnIdentityThatMaySendAsAnyDomainShouldBeWarnedOf() throws Exception {
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><users/>\n<network identity='w' groups='g'>198.51.0.0/16, 10.0.0.0/8</network>"
            + "</identities>");
    senders("<senders><rule name='r' groups='g'><sender>any</sender></rule></senders>");

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("identities.xml, line 2, <network>: 198.51.0.0/16 reaches beyond")
        .contains("'r'");
  }

  @Test
  void namesThatDoNotExistShouldBeTold() throws Exception {
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><users/><network identity='billing' groups='printers'>10.0.0.1</network>"
            + "</identities>");
    senders(
        "<senders><rule name='a' identities='biling'/>\n<rule name='b' groups='printer'/></senders>");

    assertThat(complaint())
        .contains("line 2, <rule>, attribute groups: there is no group 'printer'; did you mean");
    assertThat(warnings())
        .anyMatch(text -> text.contains("there is no identity 'biling'; did you mean 'billing'?"));
  }

  @Test
  void proxyThatMayBeAnybodyShouldBeAnOpenRelay() throws Exception {
    door("</authorizedAddresses>", "</authorizedAddresses><proxyRequired>true</proxyRequired>");
    assertThat(complaint())
        .contains("<proxyRequired>: this makes an open relay: everybody may say whom it speaks for")
        .contains("for instance for 127.0.0.0/8; name the <proxyFrom>");
  }

  @Test
  void proxyThatMayBeAnIdentityShouldBeAnOpenRelay() throws Exception {
    door(
        "<authorizedAddresses>127.0.0.0/8</authorizedAddresses>",
        "<proxyRequired>true</proxyRequired>");
    assertThat(complaint()).isEmpty();
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><users/><network identity='printer'>10.0.0.1</network></identities>");
    assertThat(complaint()).contains("this makes an open relay").contains("instance for 'printer'");
  }

  @Test
  void rulesShouldNotBeBlamedForIdentitiesThatCannotBeRead() throws Exception {
    Files.writeString(directory.resolve("conf/identities.xml"), "<identities><users></identities>");
    senders("<senders><rule name='a' groups='staff'><sender>own</sender></rule></senders>");
    assertThat(complaint())
        .contains("identities.xml, line 1: ")
        .doesNotContain("there is no group");
  }

  @Test
  void additionsForNobodyAndUsersWithoutAGroupShouldBeTold() throws Exception {
    UserRegister users = new UserRegister(new UserFile(directory.resolve("conf/users")));
    for (String name : List.of("bob", "carol")) {
      users.add(UserName.of(name), "main", "some-secret", null);
    }
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><users/><identity name='bob' groups='staff'/>\n"
            + "<identity name='carrol' groups='staff'/></identities>");

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .anyMatch(text -> text.contains("line 2, <identity>, attribute name: there is no identity"))
        .anyMatch(text -> text.contains("did you mean 'carol'?"));
    assertThat(said(Level.INFO)).anyMatch(text -> text.endsWith("of groups pass by: carol"));
  }

  @Test
  void localAddressesWithoutAPostmasterShouldBeTold() throws Exception {
    String rule = "<rule name='a' identities='*'><sender>own</sender></rule>";
    senders(
        "<senders>"
            + rule
            + "<local><address forward='a@b.test'>abuse@example.com</address></local></senders>");
    assertThat(complaint()).isEmpty();
    assertThat(said(Level.INFO)).anyMatch(text -> text.contains("to postmaster is refused"));
    log.list.clear();
    senders(
        "<senders>"
            + rule
            + "<local><address forward='a@b.test'>postmaster@relay.test</address></local></senders>");
    assertThat(complaint()).isEmpty();
    assertThat(said(Level.INFO)).noneMatch(text -> text.contains("postmaster"));
  }

  @Test
  void aGroupShouldBeToldWhereThereAreNoneAndNobodyElseHasAny() throws Exception {
    senders("<senders><rule name='a' groups='printers'/>\n<rule name='b' groups='st*'/></senders>");
    Files.writeString(
        directory.resolve("conf/limits.xml"),
        "<limits>\n<limit name='l' per='group' groups='staff'><size>1 MiB</size></limit></limits>");

    assertThat(complaint())
        .contains("attribute groups: there is no group 'printers'; there is none at all")
        .contains("limits.xml cannot be used:\n  line 2, <limit>, attribute groups: there is no")
        .doesNotContain("identity");
    assertThat(warnings()).anyMatch(text -> text.contains("there is no group that 'st*' names"));
    door(
        "<auth>",
        "<auth><oidc><jwksURL>https://sso.example/keys</jwksURL><claim>sub</claim><aud>us</aud>"
            + "<scope>a</scope><oidcConfigurationURL>https://sso.example/</oidcConfigurationURL>"
            + "</oidc>");
    assertThat(complaint()).as("tokens have groups").isEmpty();
  }

  private void conf(String file, String text) throws Exception {
    Files.writeString(directory.resolve("conf").resolve(file), text);
  }

  @Test
  void namesInMatchersShouldBeKnown() throws Exception {
    conf(
        "identities.xml",
        "<identities><users/><identity name='alice' groups='Sales, web servers'/></identities>");
    new UserRegister(new UserFile(directory.resolve("conf/users")), 4096)
        .add(UserName.of("alice"), "default", "pencil");
    conf(
        "mailetcontainer.xml",
        "<mailetcontainer><processors><processor state='root'>\n"
            + "<matcher name='m' match='org.apache.james.mailetcontainer.impl.matchers.Not'>\n"
            + "<matcher match='LoginInGroup=sales,\tWeb Servers, slaes'/></matcher>\n"
            + "<mailet notmatch='org.posthouse.matchers.LoginIs=alcie *@x.test, alice'"
            + " class='Null'/></processor></processors></mailetcontainer>");

    assertThat(complaint())
        .contains("mailetcontainer.xml cannot be used:\n  line 3, ")
        .contains("there is no group 'slaes'; did you mean 'sales'?")
        .doesNotContain("'web servers'");
    assertThat(warnings())
        .filteredOn(text -> text.startsWith("mailetcontainer.xml, "))
        .singleElement()
        .asString()
        .contains("there is no identity 'alcie'; did you mean 'alice'?");
  }

  @Test
  void namesOfOutermostElementsShouldBeToldAndNoFileTwice() throws Exception {
    conf("limits.xml", "<limit><limit name='l' per='group' groups='staff'/></limit>");
    conf(
        "mailetcontainer.xml",
        "<mailetcontainer><spooler><threads>0</threads></spooler><processors><processor"
            + " state='root'><mailet match='All' class='Nul'/></processor></processors>"
            + "</mailetcontainer>");

    assertThat(complaint())
        .containsOnlyOnce("mailetcontainer.xml cannot be used:")
        .contains("<threads>: ", "(Nul)");
    assertThat(warnings())
        .contains("limits.xml, line 1: the outermost element is <limit>, not <limits>");
  }

  /** Which it may, once that is mended. */
  @Test
  void aDoorThatCannotBeReadShouldNotBeSaidToAskForNoCertificates() throws Exception {
    conf(
        "identities.xml",
        "<identities><certificate identity='a' fingerprint='SHA256:"
            + "0F".repeat(32)
            + "'/>"
            + "</identities>");
    assertThat(complaint()).isEmpty();
    assertThat(warnings()).anyMatch(text -> text.contains("no door has <clientAuth>"));
    log.list.clear();
    door("startTLS=\"true\"", "startTLS=\"ture\"");
    assertThat(complaint()).contains("startTLS");
    assertThat(warnings()).noneMatch(text -> text.contains("clientAuth"));
  }

  @Test
  void aDoorShouldNotBeShutToWhomIdentitiesXmlKnows() throws Exception {
    door("socketTLS=\"false\" startTLS=\"true\"", "socketTLS=\"false\" startTLS=\"false\"");
    door("<authorizedAddresses>127.0.0.0/8</authorizedAddresses>", "");
    assertThat(complaint()).isEmpty();
    assertThat(warnings()).anyMatch(text -> text.contains("nobody can send here"));
    log.list.clear();
    Files.writeString(
        directory.resolve("conf/identities.xml"),
        "<identities><network identity='printer'>10.0.0.1</network></identities>");

    assertThat(complaint()).isEmpty();
    assertThat(warnings()).noneMatch(text -> text.contains("nobody can send here"));
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.0/24", "192.0.2.17/24", "192.0.2.*", "192.0.2.17", "2001:db8::/32"})
  void anyDomainForPublicNetworksShouldBeWarnedOf(String network) throws Exception {
    authorize(network);

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("smtpserver.xml, line 17, <authorizedAddresses>: " + network.replace("*", ""))
        .contains("reaches beyond this machine and private networks")
        .contains("the rule 'authorized-programs' of senders.xml lets it send as any domain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.0/8, ::1", "10.0.0.0/8", "172.16.0.0/12 192.168.1.0/24", "fd00::/8"})
  void privateNetworksShouldPass(String networks) throws Exception {
    authorize(networks);

    assertThat(complaint()).isEmpty();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void lettingEverybodySayWhoItIsShouldStopTheStart() throws Exception {
    door("<auth>", "<proxyFrom>0.0.0.0/0</proxyFrom><xclientFrom>::/0</xclientFrom><auth>");

    assertThat(complaint())
        .contains("line 13, <proxyFrom>: this makes an open relay: everybody may say whom it")
        .contains("for instance for 127.0.0.0/8")
        .contains("line 13, <xclientFrom>: this makes an open relay: everybody may say whom it");
  }

  @Test
  void aProxyOfEverybodyShouldBeWarnedOfWhereNoAddressIsTrusted() throws Exception {
    door("<authorizedAddresses>127.0.0.0/8</authorizedAddresses>", "");
    door("<auth>", "<proxyFrom>0.0.0.0/0</proxyFrom><auth>");

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .containsExactly(
            "smtpserver.xml, line 13, <proxyFrom>: everybody may say whom it speaks for");
  }

  @Test
  void aRuleForAuthorizedAddressesShouldNeedADoorThatHasThem() throws Exception {
    senders(
        "<senders>\n<rule name='a' networks='authorized'><sender>any</sender></rule></senders>");
    door("<authorizedAddresses>127.0.0.0/8</authorizedAddresses>", "");

    assertThat(complaint()).isEmpty();
    assertThat(warnings())
        .containsExactly(
            "senders.xml, line 2, <rule>, attribute networks: it never applies: no door has"
                + " <authorizedAddresses>");
  }

  @Test
  void allOfItShouldBeToldInOneStart() throws Exception {
    door("socketTLS=\"false\" startTLS=\"true\"", "socketTLS=\"false\" startTLS=\"false\"");
    door("<auth>", "<xclientFrom>0.0.0.0/0</xclientFrom>\n<auth>");
    authorize("0.0.0.0/0, 192.0.2.0/24");
    senders(
        """
        <senders>
        <rule name='programs' networks='authorized'><sender>any</sender></rule>
        <rule name='net' networks='198.51.100.0/24'><sender>any</sender></rule>
        <rule name='late' networks='198.51.100.7' identities='bob'/>
        <rule name='open'/>
        </senders>
        """);

    assertThat(complaint())
        .contains("smtpserver.xml cannot be used:", "senders.xml cannot be used:")
        .contains("line 13, <xclientFrom>: this makes an open relay")
        .contains("line 18, <authorizedAddresses>: this makes an open relay")
        .contains("line 4, <rule>: it never applies: whom it names an earlier rule takes: 'net'")
        .contains("line 5, <rule>: this makes an open relay: whoever connects");
    assertThat(warnings())
        .anyMatch(text -> text.startsWith("smtpserver.xml, line 18, <authorizedAddresses>: 192."))
        .anyMatch(text -> text.startsWith("smtpserver.xml, line 15, <auth><announce>: without TLS"))
        .anyMatch(text -> text.startsWith("senders.xml, line 3, <rule><sender>: hosts of these"));
  }
}
