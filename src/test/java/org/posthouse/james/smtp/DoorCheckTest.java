/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.acceptance.TestCertificate;
import org.posthouse.config.Settings;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.rights.Rules;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.trial.SelfSigned;

class DoorCheckTest {
  private static final String CHAIN = "<handlerchain/>";
  private static final String FULL_CHAIN =
      "<handlerchain><handler class='org.apache.james.smtpserver.fastfail.SPFHandler'/></handlerchain>";

  @TempDir Path home;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(home.resolve("conf/tls"));
    TestCertificate.write(home.resolve("conf/tls"));
  }

  /** As stock's comment tells to make it. */
  private void writeKeystore(String secret) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    SelfSigned own = SelfSigned.forHost("relay.test");
    store.setKeyEntry(
        "james",
        own.keys().getPrivate(),
        secret.toCharArray(),
        new Certificate[] {own.certificate()});
    try (OutputStream out = Files.newOutputStream(home.resolve("conf/keystore"))) {
      store.store(out, secret.toCharArray());
    }
  }

  private Settings check(Path file) throws Exception {
    return check(file, SenderRights.shipped("relay.test"), IdentitiesConfiguration.USERS);
  }

  private Settings check(Path file, SenderRights rights, IdentitiesConfiguration identities)
      throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    Configuration configuration = Configuration.builder().workingDirectory(home.toFile()).build();
    DoorCheck.check(
        settings, values, new FileSystemImpl(configuration.directories()), rights, identities);
    return settings;
  }

  private Settings check(String xml) throws Exception {
    return check(Files.writeString(home.resolve("smtpserver.xml"), xml));
  }

  private String complaint(String door) throws Exception {
    return check("<smtpservers>\n<smtpserver>\n" + door + "</smtpserver></smtpservers>")
        .complaint()
        .orElse("");
  }

  @Test
  void shippedFileShouldPass() throws Exception {
    Settings settings = check(Path.of("../conf/smtpserver.xml"));
    assertThat(settings.complaint()).isEmpty();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void stockFileShouldPassWithWarningsAboutItsDeadElements() throws Exception {
    writeKeystore("james72laBalle");
    Path file = home.resolve("stock.xml");
    try (InputStream in =
        DoorCheckTest.class.getResourceAsStream("/stock/jpa-smtp-app/smtpserver.xml")) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    Settings settings = check(file);
    assertThat(settings.complaint()).isEmpty();
    assertThat(settings.warnings())
        .hasSize(6)
        .first()
        .hasToString("line 36, <tls><provider>: nothing reads it; remove it");
  }

  @Test
  void allProblemsShouldBeToldAtOnceWithTheirLines() throws Exception {
    assertThat(
            complaint(
                """
                <maxmesagesize>25M</maxmesagesize>
                <authorisedAddresses>127.0.0.0/8</authorisedAddresses>
                <requireSSL>true</requireSSL>
                <auth><anounce>always</anounce></auth>
                <tls startTSL="true"/>
                <handlerchain><handlr class="x"/></handlerchain>
                """))
        .isEqualTo(
            """
            smtpserver.xml cannot be used:
              line 3, <maxmesagesize>: there is no such setting; did you mean <maxmessagesize>?
              line 4, <authorisedAddresses>: there is no such setting; did you mean <authorizedAddresses>?
              line 5, <requireSSL>: there is no such setting; it belongs into <auth>
              line 6, <auth><anounce>: there is no such setting; did you mean <announce>?
              line 7, <tls>, attribute startTSL: there is no such attribute; did you mean attribute startTLS?
              line 8, <handlerchain><handlr>: there is no such setting; did you mean <handler>?"""
                .strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<bind>0.0.0.0:99999</bind>|<bind>: '99999' is no port",
        "<bind>0.0.0.0</bind>|<bind>: '0.0.0.0' is no address:port",
        "<bind>::1:25</bind>|<bind>: '::1:25' is no IPv4 address with a port",
        "<bind>127.0.0.1:25,</bind>|<bind>: '' is no address:port",
        "<connectiontimeout>5m</connectiontimeout>|<connectiontimeout>: '5m' is no whole number",
        "<connectionLimit>-1</connectionLimit>|<connectionLimit>: '-1' is no whole number",
        "<maxmessagesize>25MB</maxmessagesize>|<maxmessagesize>: '25MB' is no size",
        "<verifyIdentity>flase</verifyIdentity>|<verifyIdentity>: 'flase' is neither true nor false",
        "<verifyIdentity>true</verifyIdentity>|<verifyIdentity>: it needs a login",
        "<auth><announce>allways</announce></auth>|<auth><announce>: 'allways' is none of never,",
        "<authorizedAddresses>10.0.0.0/33</authorizedAddresses>|'10.0.0.0/33' is no network",
        "<helloName autodetect='false'/>|<helloName>: with autodetect=\"false\" it must hold a name",
        "<tls startTLS='true'/>|<tls>: it needs <privateKey> and <certificates>",
        "<tls startTLS='true' socketTLS='true'/>|<tls>: socketTLS and startTLS exclude each other"
      })
  void badValueShouldBeRefused(String element, String problem) throws Exception {
    assertThat(complaint(element + CHAIN)).contains("  line 3, ").contains(problem);
  }

  @Test
  void missingFilesShouldBeNamed() throws Exception {
    Files.delete(home.resolve("conf/tls/private.key"));
    assertThat(
            complaint(
                """
                <tls startTLS="true">
                <privateKey>file://conf/tls/private.key</privateKey>
                <certificates>file://conf/tls</certificates>
                </tls>
                """
                    + CHAIN))
        .contains("line 4, <tls><privateKey>: " + home + "/conf/tls/private.key does not exist")
        .contains("line 5, <tls><certificates>: " + home + "/conf/tls is a directory");
  }

  private String complaintOfTls(String key, String certificates) throws Exception {
    return complaint(
        "<tls startTLS='true'>\n<privateKey>"
            + key
            + "</privateKey>\n<certificates>"
            + certificates
            + "</certificates></tls>"
            + FULL_CHAIN);
  }

  @Test
  void keyOfAnotherCertificateShouldBeRefused() throws Exception {
    Path other = Files.createDirectories(home.resolve("conf/other"));
    TestCertificate.write(other);
    assertThat(complaintOfTls("file://conf/other/private.key", "file://conf/tls/certificate.pem"))
        .contains(
            "line 4, <tls><privateKey>: the private key does not belong to the certificate: "
                + other
                + "/private.key and "
                + home
                + "/conf/tls/certificate.pem");
    assertThat(complaintOfTls("file://conf/other/private.key", "file://conf/other/certificate.pem"))
        .isEmpty();
  }

  @Test
  void keyOfAnotherKindShouldBeRefusedAndItsOwnTaken() throws Exception {
    Path other = Files.createDirectories(home.resolve("conf/other"));
    Instant begin = Instant.now().minusSeconds(60);
    TestCertificate.write(other, "EC", 256, begin, begin.plusSeconds(3600));
    assertThat(complaintOfTls("file://conf/other/private.key", "file://conf/other/certificate.pem"))
        .isEmpty();
    assertThat(complaintOfTls("file://conf/other/private.key", "file://conf/tls/certificate.pem"))
        .contains("does not belong");
    Files.copy(other.resolve("certificate.pem"), home.resolve("conf/first.pem"));
    TestCertificate.write(other, "EC", 256, begin, begin.plusSeconds(3600));
    assertThat(complaintOfTls("file://conf/other/private.key", "file://conf/first.pem"))
        .contains("does not belong");
  }

  @Test
  void badContentShouldBeToldOfTheFileThatHasIt() throws Exception {
    Files.writeString(home.resolve("conf/tls/private.key"), "garbage");
    assertThat(complaintOfTls("file://conf/tls/private.key", "file://conf/tls/certificate.pem"))
        .contains("line 4, <tls><privateKey>: " + home + "/conf/tls/private.key holds no private")
        .doesNotContain("line 5");
    Files.writeString(home.resolve("conf/tls/certificate.pem"), "garbage");
    assertThat(complaintOfTls("file://conf/tls/private.key", "file://conf/tls/certificate.pem"))
        .contains("line 4, ", "line 5, <tls><certificates>: " + home + "/conf/tls/certificate.pem");
  }

  @Test
  void pathWithoutFileShouldBeToldWhatItNeeds() throws Exception {
    assertThat(complaintOfTls("conf/tls/private.key", "file://conf/tls/certificate.pem"))
        .contains(
            "line 4, <tls><privateKey>: 'conf/tls/private.key' needs file:// in front of it:"
                + " file://conf/tls/private.key");
  }

  /** As the partner of howto/chains is known, by his certificate, and a server by its network. */
  @Test
  void onlyADoorThatKnowsNobodyShouldBeSaidToBeShut() throws Exception {
    Path chain = Path.of("doc/howto/chains/partner");
    Path door = chain.resolve("smtpserver.xml");
    SenderRights rights = SenderRights.shipped("relay.test");
    String shut = "nobody can send here";
    assertThat(check(door).warnings().toString()).contains(shut);
    assertThat(check(door, rights, identities(chain)).warnings()).isEmpty();

    Path alone = Files.createDirectories(home.resolve("alone"));
    String partner = Files.readString(chain.resolve("identities.xml"));
    Files.writeString(
        alone.resolve("identities.xml"), partner.replaceAll("(?s)<network.*/network>", ""));
    assertThat(check(door, rights, identities(alone)).warnings()).isEmpty();
    Path unasked =
        Files.writeString(
            home.resolve("unasked.xml"),
            Files.readString(door).replaceAll("(?s)<clientAuth.*</clientAuth>", ""));
    assertThat(check(unasked, rights, identities(alone)).warnings().toString()).contains(shut);
    assertThat(check(unasked, Rules.of(LOCAL), IdentitiesConfiguration.USERS).warnings()).isEmpty();
  }

  private static final String LOCAL =
      "<rule name='r' identities='x'/><local><address"
          + " forward='a@b.example'>c@d.example</address></local>";

  private static IdentitiesConfiguration identities(Path conf) throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    Path file = conf.resolve("identities.xml");
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    IdentitiesConfiguration read = IdentitiesConfiguration.read(settings, conf, conf);
    settings.check();
    return read;
  }

  @Test
  void aDoorInClearThatOffersAuthShouldBeReported() throws Exception {
    assertThat(check(doors("<auth><announce>always</announce></auth>")).warnings().toString())
        .contains("line 2, <auth><announce>: without TLS, AUTH is neither offered nor taken here");
    assertThat(check(doors("<authRequired>true</authRequired>")).warnings().toString())
        .contains("line 2, <authRequired>: without TLS, AUTH is neither offered nor taken here");
  }

  @Test
  void whatStockCannotDoWithoutInOidcShouldBeToldAtOnce() throws Exception {
    assertThat(
            complaint(
                "<auth><oidc>\n<jwksURL>keys</jwksURL>\n<introspection><url>ftp://x/</url>"
                    + "</introspection>\n<claims>sub</claims></oidc></auth>"
                    + FULL_CHAIN))
        .contains("line 3, <auth><oidc>: it has no <claim>")
        .contains("line 3, <auth><oidc>: it has no <scope>")
        .contains("line 3, <auth><oidc>: it has no <oidcConfigurationURL>")
        .contains("line 4, <auth><oidc><jwksURL>: 'keys' is no address of HTTP")
        .contains("line 5, <auth><oidc><introspection><url>: 'ftp://x/' is no address of HTTP")
        .contains("line 6, <auth><oidc><claims>: there is no such setting; did you mean <claim>?");
  }

  @Test
  void oidcThatOpensToMoreThanItsAuthorMayThinkShouldBeWarnedOf() throws Exception {
    String oidc =
        "<auth><oidc><jwksURL>http://sso.example/keys</jwksURL><claim>sub</claim><scope>a</scope>"
            + "<oidcConfigurationURL>https://sso.example/</oidcConfigurationURL>"
            + "<introspection><url>https://sso.example/i</url></introspection>"
            + "<userinfo><url>https://sso.example/u</url></userinfo></oidc></auth>"
            + "<authorizedAddresses>127.0.0.1</authorizedAddresses>";

    assertThat(check(doors(oidc)).complaint()).isEmpty();
    assertThat(check(doors(oidc)).warnings().toString())
        .contains("line 2, <auth><oidc>: every token of the issuer opens here, whomever it is for")
        .contains("<auth><oidc><jwksURL>: whoever is on the way can decide who logs in")
        .contains("<auth><oidc><userinfo>: it is not asked: <introspection> is")
        .doesNotContain("<oidcConfigurationURL>");
    assertThat(check(doors(oidc.replace("<scope>", "<aud>us</aud><scope>"))).warnings().toString())
        .doesNotContain("every token");
  }

  @Test
  void certificateOutOfItsTimeShouldBeWarnedOf() throws Exception {
    assertThat(warning(Instant.parse("2020-01-01T00:00:00Z")))
        .contains("<tls><certificates>: the certificate in ", "expired at 2020-01-01T01:00:00Z");
    Instant future = Instant.now().plusSeconds(86_400).truncatedTo(ChronoUnit.SECONDS);
    assertThat(warning(future)).contains("is not valid before " + future);
  }

  private String warning(Instant begin) throws Exception {
    TestCertificate.write(home.resolve("conf/tls"), "RSA", 2048, begin, begin.plusSeconds(3600));
    Settings settings =
        check(
            """
            <smtpservers><smtpserver>
            <tls startTLS='true'><privateKey>file://conf/tls/private.key</privateKey>
            <certificates>file://conf/tls/certificate.pem</certificates></tls>
            """
                + FULL_CHAIN
                + "</smtpserver></smtpservers>");
    assertThat(settings.complaint()).isEmpty();
    return settings.warnings().toString();
  }

  private static String doors(String... elements) {
    StringBuilder xml = new StringBuilder("<smtpservers>\n");
    for (String each : elements) {
      xml.append("<smtpserver>" + each + FULL_CHAIN + "</smtpserver>\n");
    }
    return xml + "</smtpservers>";
  }

  @Test
  void doorsThatShareAnAddressOrANameShouldBeRefused() throws Exception {
    assertThat(
            check(
                    doors(
                        "<jmxName>a</jmxName><bind>0.0.0.0:2525</bind>",
                        "<jmxName>b</jmxName><bind>127.0.0.1:2526,127.0.0.1:2525</bind>",
                        "<jmxName>b</jmxName><bind>127.0.0.1:2526</bind>"))
                .complaint())
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("line 3, <bind>: 127.0.0.1:2525 is taken already by line 2")
                    .contains("line 4, <bind>: 127.0.0.1:2526 is taken already by line 3")
                    .contains("line 4, <jmxName>: the door of line 3 is called b too"));
    assertThat(
            check(
                    doors(
                        "<jmxName>a</jmxName><bind>127.0.0.1:0</bind>",
                        "<jmxName>b</jmxName><bind>127.0.0.1:0,127.0.0.1:25</bind>",
                        "<jmxName>c</jmxName><bind>127.0.0.2:25</bind>"))
                .complaint())
        .isEmpty();
  }

  @Test
  void allWrongNetworksShouldBeTold() throws Exception {
    assertThat(complaint("<authorizedAddresses>10.0.0.0/33, 1.2.3.400</authorizedAddresses>"))
        .contains("'10.0.0.0/33' is no network", "'1.2.3.400' is no address");
  }

  @Test
  void handlersShouldBeCheckedAsFarAsTheyAreKnown() throws Exception {
    assertThat(
            complaint(
                """
                <handlerchain>
                <handler class="org.apache.james.smtpserver.fastfail.MaxRcptHandlr"/>
                <handler class="org.apache.james.smtpserver.fastfail.MaxRcptHandler"><maxRcpt>0</maxRcpt></handler>
                <handler class="org.apache.james.smtpserver.fastfail.SPFHandler"><allow>all</allow></handler>
                <handler class="org.apache.james.smtpserver.SetMimeHeaderHandler"><any>1</any></handler>
                <handler/>
                </handlerchain>
                """))
        .contains("line 4", "there is no handler", "fastfail.MaxRcptHandler'?")
        .contains("line 5, <maxRcpt>: '0' is no whole number of 1 or more")
        .contains("line 6, <allow>: there is no such setting")
        .contains("line 8: the handler has no attribute class")
        .doesNotContain("line 7");
  }

  @Test
  void fileWithoutDoorsShouldBeRefused() throws Exception {
    assertThat(check("<smtpservers/>").complaint())
        .hasValueSatisfying(text -> assertThat(text).contains("there is no <smtpserver>"));
    assertThat(check("<smtpservers><smtpserver enabled='false'/></smtpservers>").complaint())
        .isEmpty();
  }
}
