/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong in relay.xml is told with its line, all of it. */
class BadDeliveryConfigurationTest {
  private static final String PASSWORD = "s3cret";
  private static final String SOURCE = "<source name='s1'><address>192.0.2.10</address></source>";

  @TempDir Path home;

  private static Arguments bad(String xml, String... complaints) {
    return Arguments.of(xml, complaints);
  }

  private static String lines(String... lines) {
    return String.join("\n", lines);
  }

  static Stream<Arguments> names() {
    return Stream.of(
        bad(
            "<relay>\n<delivry/>\n<routes/></relay>",
            "line 2, <delivry>: there is no such setting; did you mean <delivery>?"),
        bad(
            "<relay><delivery>\n<conections>1</conections></delivery></relay>",
            "line 2, <delivery><conections>: there is no such setting; did you mean"
                + " <connections>?"),
        bad(
            "<relay>\n<delivery>yes</delivery></relay>",
            "line 2, <delivery>: it holds no text of its own"),
        bad(
            "<relay>\n<delivery/>\n<delivery/></relay>",
            "line 3, <delivery>: it is written 2 times"),
        bad(
            "<relay><routes>\n<route recipientDomian='a.example'><mx/></route></routes></relay>",
            "line 2, <routes><route>, attribute recipientDomian: there is no such attribute; did"
                + " you mean attribute recipientDomain?"),
        bad(
            "<relay><routes><route>\n<mx host='a.example'/></route></routes></relay>",
            "line 2, <routes><route><mx>, attribute host: there is no such attribute"),
        bad(
            "<relay><destinations><default>\n<timeouts><dta>1 s</dta></timeouts></default>"
                + "</destinations></relay>",
            "line 2, <destinations><default><timeouts><dta>: there is no such setting; did you mean"
                + " <data>?"));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        bad(
            "<relay><delivery>\n<connections>0</connections>\n<softBounce>maybe</softBounce>\n"
                + "<ambiguous>guess</ambiguous>\n<heloName>a b</heloName></delivery></relay>",
            "line 2, <delivery><connections>: '0' is no whole number of 1 to 60000",
            "line 3, <delivery><softBounce>: 'maybe' is neither true nor false",
            "line 4, <delivery><ambiguous>: 'guess' is none of retry, hold, sent",
            "line 5, <delivery><heloName>: 'a b' is no name of a host or domain"),
        bad(
            lines(
                "<relay><delivery><retry>",
                "<first>5</first>",
                "<longest>4 hours</longest>",
                "<factor>0.5</factor>",
                "<jitter>20</jitter>",
                "<lifetime>900 d</lifetime>",
                "<delayWarning>later</delayWarning></retry></delivery></relay>"),
            "line 2, <delivery><retry><first>: '5' is no span of time; write a number and ms, s,"
                + " min, h or d",
            "line 3, <delivery><retry><longest>: '4 hours' is no span of time; write a number and"
                + " ms, s, min, h or d",
            "line 4, <delivery><retry><factor>: '0.5' is no number of 1 to 10",
            "line 5, <delivery><retry><jitter>: '20' is not of 0 % to 50 %",
            "line 6, <delivery><retry><lifetime>: '900 d' is not from 0s to 366d",
            "line 7, <delivery><retry><delayWarning>: 'later' is no span of time; write a number and"
                + " ms, s, min, h or d"),
        bad(
            "<relay><delivery>\n<retry><first>5 h</first></retry></delivery></relay>",
            "line 2, <delivery><retry>: the first wait is longer than the longest, which is 4h"),
        bad(
            lines(
                "<relay><destinations><default>",
                "<rate>100</rate>",
                "<tls>sure</tls>",
                "<addresses>ipv6</addresses>",
                "<idle>2 h</idle>",
                "<timeouts>",
                "<finalDot>0 s</finalDot></timeouts></default></destinations></relay>"),
            "line 2, <destinations><default><rate>: '100' is no rate; write a number, '/' and a"
                + " time, as 100 / 1 min",
            "line 3, <destinations><default><tls>: 'sure' is none of none, may, may-verified,"
                + " encrypt, secure",
            "line 4, <destinations><default><addresses>: 'ipv6' is none of ipv6-first, ipv4-first,"
                + " ipv6-only, ipv4-only",
            "line 5, <destinations><default><idle>: '2 h' is not from 0s to 1h",
            "line 7, <destinations><default><timeouts><finalDot>: '0 s' is not from 1ms to 1d"),
        bad(
            "<relay><destinations><default>\n<rate>1 / 2 d</rate></default></destinations></relay>",
            "line 2, <destinations><default><rate>: the time of a rate is from 1ms to 1d, not 2 d"));
  }

  static Stream<Arguments> destinations() {
    return Stream.of(
        bad(
            "<relay><destinations>\n<destination/>\n<destination name='a b' mx='*'/>\n"
                + "<destination name='c' domain='x..example'/></destinations></relay>",
            "line 2, <destinations><destination>: it has no attribute name",
            "line 2, <destinations><destination>: it needs an attribute mx or domain, or both",
            "line 3, <destinations><destination>, attribute name: 'a b' is no name; it may hold"
                + " letters, digits, '.', '_' and '-'",
            "line 3, <destinations><destination>, attribute mx: '*' is no pattern; what is not"
                + " limited is left out",
            "line 4, <destinations><destination>, attribute domain: 'x..example' is no name of a"
                + " host or domain"),
        bad(
            "<relay><destinations>\n<destination name='a' mx='*.x.example'/>\n"
                + "<destination name='a' mx='b.example *.X.example'/></destinations></relay>",
            "line 3, <destinations><destination>, attribute name: 'a' is the name of another",
            "line 3, <destinations><destination>: destination 'a' has the same mx *.x.example"));
  }

  static Stream<Arguments> sources() {
    return Stream.of(
        bad(
            lines(
                "<relay><sources>",
                "<pool name='p'/>",
                "<pool><source name='s'>",
                "<address>192.0.2.77</address>",
                "<address>nowhere</address></source>",
                "<source name='default' weight='0'/></pool></sources></relay>"),
            "line 2, <sources><pool>: it has no <source>",
            "line 3, <sources><pool>: it has no attribute name",
            "line 4, <sources><pool><source><address>: 192.0.2.77 is no address of this machine",
            "line 5, <sources><pool><source><address>: 'nowhere' is no address of IPv4 or IPv6",
            "line 6, <sources><pool><source>, attribute name: 'default' is the name of another",
            "line 6, <sources><pool><source>, attribute weight: '0' is no whole number of 1 to 1000",
            "line 6, <sources><pool><source>: it has no <address>"),
        bad(
            "<relay><sources><pool name='p'>\n<source name='s'><address>192.0.2.10</address>"
                + "<address>192.0.2.11</address></source></pool></sources></relay>",
            "line 2, <sources><pool><source>: it has more than one address of a family; each needs"
                + " a <source>"),
        bad(
            "<relay><sources><pool name='bulk'>"
                + SOURCE
                + "</pool></sources>\n<routes><route login='a'><mx/><source pool='bluk'/></route>"
                + "\n<route><mx/><source/></route></routes></relay>",
            "line 2, <routes><route><source>, attribute pool: there is no pool 'bluk'; did you mean"
                + " 'bulk'?",
            "line 3, <routes><route><source>: it has no attribute pool"));
  }

  static Stream<Arguments> routes() {
    return Stream.of(
        bad(
            "<relay><routes><route>\n<smarthosts><host>a.example</host></smarthosts>\n"
                + "<smarthosts><host>b.example</host></smarthosts></route></routes></relay>",
            "line 3, <routes><route><smarthosts>: it is written 2 times"),
        bad(
            "<relay><routes>\n<route login='a'/>\n<route><mx/><hold/></route></routes></relay>",
            "line 2, <routes><route>: it needs one of <mx/>, <smarthosts>, <discard/> and <hold/>",
            "line 3, <routes><route>: it can have only one of <mx> and <hold>"),
        bad(
            "<relay><routes>\n<route recipientDomain='-' senderDomain='192.0.2.1' login=' '"
                + " attribute='x'><mx/></route>\n<route><mx/></route></routes></relay>",
            "line 2, <routes><route>, attribute recipientDomain: '-' is no name of a host or domain",
            "line 2, <routes><route>, attribute senderDomain: '192.0.2.1' is no name of a host or"
                + " domain",
            "line 2, <routes><route>, attribute login: it is empty",
            "line 2, <routes><route>, attribute attribute: 'x' is not of the form name=value"),
        bad(
            "<relay><routes>\n<route><mx/></route>\n<route login='a'><hold/></route></routes>"
                + "</relay>",
            "line 3, <routes><route>: no mail comes here: route 1 (line 2) takes it all"),
        bad(
            "<relay><routes>\n<route recipientDomain='*.a.example a.example' login='x y'><mx/>"
                + "</route>\n<route senderDomain='s.example' recipientDomain='b.a.example' login='y'>"
                + "<hold/></route></routes></relay>",
            "line 3, <routes><route>: no mail comes here: route 1 (line 2) takes it all"),
        bad(
            "<relay><routes><route>\n<hold/>\n<fallback><host>a.example</host></fallback>"
                + "</route></routes></relay>",
            "line 3, <routes><route><fallback>: it has no sense where nothing is sent"),
        bad(
            "<relay><routes><route><smarthosts order='random' tls='much'>\n<host port='70000'>"
                + "a.example</host>\n<host>a.example:587</host>\n<host>[2001:db8::g]</host>\n<host/>"
                + "</smarthosts>\n<fallback/></route></routes></relay>",
            "line 1, <routes><route><smarthosts>, attribute order: 'random' is none of in-order,"
                + " shared",
            "line 1, <routes><route><smarthosts>, attribute tls: 'much' is none of none, may,"
                + " may-verified, encrypt, secure",
            "line 2, <routes><route><smarthosts><host>, attribute port: '70000' is no whole number"
                + " of 1 to 65535",
            "line 3, <routes><route><smarthosts><host>: 'a.example:587': the attribute port holds"
                + " the port",
            "line 4, <routes><route><smarthosts><host>: '[2001:db8::g]' is no name of a host or"
                + " domain",
            "line 5, <routes><route><smarthosts><host>: it is empty",
            "line 6, <routes><route><fallback>: it has no <host>"),
        bad(
            "<relay><routes><route><smarthosts tls='none' implicitTls='true'>\n"
                + "<login user='u' passwordFile='conf/none'/></smarthosts></route></routes></relay>",
            "line 1, <routes><route><smarthosts>, attribute implicitTls: it contradicts"
                + " tls=\"none\"",
            "line 1, <routes><route><smarthosts>: it has no <host>",
            "line 2, <routes><route><smarthosts><login>, attribute passwordFile:"
                + " HOME/conf/none does not exist"),
        bad(
            "<relay><routes><route><smarthosts tls='none'><host>a.example</host>\n"
                + "<login user='u' passwordFile='conf/secret'/></smarthosts></route></routes>"
                + "</relay>",
            "line 2, <routes><route><smarthosts><login>: a login is made under TLS only, and tls is"
                + " none"),
        bad(
            "<relay><destinations><destination name='a' mx='a.example'><tls>none</tls>"
                + "</destination></destinations><routes><route><smarthosts><host>a.example</host>\n"
                + "<login user='u' passwordFile='conf/secret'/></smarthosts></route></routes>"
                + "</relay>",
            "line 2, <routes><route><smarthosts><login>: a login is made under TLS only, and tls is"
                + " none"),
        bad(
            "<relay><routes><route><smarthosts><host>a.example</host>\n<login/></smarthosts>"
                + "</route></routes></relay>",
            "line 2, <routes><route><smarthosts><login>: it has no attribute user",
            "line 2, <routes><route><smarthosts><login>: it has no attribute passwordFile"));
  }

  @ParameterizedTest
  @MethodSource({"names", "values", "destinations", "sources", "routes"})
  void everythingWrongShouldBeTold(String xml, String... complaints) throws Exception {
    writePassword(PASSWORD, "rw-------");
    assertThat(RelayXml.read(home, xml).problems())
        .map(text -> text.replace(home.toString(), "HOME"))
        .containsExactlyInAnyOrder(complaints);
  }

  private void writePassword(String text, String permissions) throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Path file = home.resolve("conf/secret");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private RelayXml withLogin() throws Exception {
    return RelayXml.read(
        home,
        "<relay><routes><route><smarthosts><host>a.example</host>\n"
            + "<login user='u' passwordFile='conf/secret'/></smarthosts></route></routes></relay>");
  }

  static Stream<Arguments> passwords() {
    return Stream.of(
        Arguments.of(" \n", "is empty"),
        Arguments.of(PASSWORD + "\nand more\n", "holds more than one line, or control characters"),
        Arguments.of(PASSWORD + "\u00e9", "is not in UTF-8"),
        Arguments.of(PASSWORD.repeat(1000), "holds more than a password"));
  }

  @ParameterizedTest
  @MethodSource("passwords")
  void whatIsNoPasswordShouldBeToldWithoutIt(String content, String complaint) throws Exception {
    writePassword(content, "rw-------");
    assertThat(withLogin().problems())
        .singleElement()
        .asString()
        .startsWith("line 2, <routes><route><smarthosts><login>, attribute passwordFile: ")
        .endsWith(complaint)
        .doesNotContain(PASSWORD);
  }

  @Test
  void passwordThatEverybodyCanReadShouldBeAWarning() throws Exception {
    writePassword(PASSWORD, "rw-r--r--");
    RelayXml read = withLogin();
    assertThat(read.problems()).isEmpty();
    assertThat(read.warnings())
        .singleElement()
        .asString()
        .startsWith("line 2, ")
        .contains("can be read by everybody")
        .doesNotContain(PASSWORD);
  }

  @Test
  void whatDoesNothingShouldBeAWarning() throws Exception {
    RelayXml read =
        RelayXml.read(
            home,
            "<relay><sources>\n<pool name='p'>"
                + SOURCE
                + "</pool></sources>\n<delivery>\n<heloName>relay</heloName>\n"
                + "<retry><delayWarning>6 d</delayWarning></retry></delivery></relay>");
    assertThat(read.problems()).isEmpty();
    assertThat(read.warnings())
        .containsExactly(
            "line 2, <sources><pool>: no route names it, so nothing leaves by it",
            "line 4, <delivery><heloName>: 'relay' has no domain: many hosts refuse such a name",
            "line 5, <delivery><retry>: no delay is told: mail is given up before <delayWarning>");
  }

  @Test
  void destinationsByDomainShouldWarnWhereItsMailGoesToSmarthosts() throws Exception {
    RelayXml read =
        RelayXml.read(
            home,
            """
            <relay><destinations>
            <destination name='a' domain='bank.example'><tls>secure</tls></destination>
            <destination name='b' domain='shop.example'><tls>secure</tls></destination>
            <destination name='c' domain='slow.example'>
            <retry><lifetime>1 d</lifetime></retry></destination>
            </destinations><routes>
            <route recipientDomain='shop.example'><mx/></route>
            <route recipientDomain='shop.example bank.example' senderDomain='other.example'>
            <smarthosts><host>some.example</host></smarthosts></route>
            <route><smarthosts><host>smart.example</host></smarthosts></route>
            </routes></relay>
            """);
    assertThat(read.problems()).isEmpty();
    assertThat(read.warnings())
        .singleElement()
        .asString()
        .contains("line 2, ", "route 3", "smarthosts", "counts but <retry>");
  }

  @Test
  void addressesOfThisMachineShouldBeKnown() throws Exception {
    LocalAddresses local = LocalAddresses.ofThisMachine();
    assertThat(local.has(HostNames.address("127.0.0.3").orElseThrow())).isTrue();
    assertThat(local.has(HostNames.address("192.0.2.1").orElseThrow())).isFalse();
    assertThat(local.has(HostNames.address("2001:db8::1").orElseThrow())).isFalse();
  }
}
