/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an administrator sees of a real server that cannot start. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class BadConfigurationTest {
  @TempDir Path home;

  @BeforeEach
  void create() throws IOException {
    RelayHome.create(home, 1);
  }

  @Test
  void everythingWrongInAllFilesShouldBeToldAtOnce() throws Exception {
    replace("smtpserver.xml", "maxmessagesize>", "maxmesagesize>");
    replace("smtpserver.xml", "127.0.0.1:0", "127.0.0.1:99999");
    replace("smtpserver.xml", "127.0.0.0/8", "127.0.0.0/33");
    replace("mailetcontainer.xml", "<maxRetries>3", "<maxRetries>x");
    replace("mailetcontainer.xml", "<processor>transport", "<processor>trnsport");
    replace("domainlist.xml", "defaultDomain", "defaultDoman");
    replace("dnsservice.xml", "</dnsservice>", "");
    Files.writeString(
        home.resolve("conf/relay.xml"),
        "<relay><spol>1</spol>\n<routes>\n<route/></routes></relay>");
    Files.writeString(
        home.resolve("conf/identities.xml"),
        "<identities><users/>\n<lpad name='a'/>\n"
            + "<network identity='q'>x.example</network></identities>");
    Files.writeString(
        home.resolve("conf/senders.xml"),
        "<senders>\n<rule name='a' identities='*'>\n<sender>example.com</sender></rule>\n<local>\n"
            + "<address processor='trnsport'>a@b.test</address></local></senders>");
    Files.writeString(home.resolve("conf/webadmin.properties"), "enabled=true\nport=x\n");
    Files.writeString(home.resolve("conf/healthcheck.properties"), "healthcheck.period=5\n");
    Files.writeString(
        home.resolve("conf/extensions.properties"), "guice.extension.module=a.b.No\n");
    Files.delete(home.resolve("conf/tls/private.key"));
    assertThat(refusal(78, List.of()))
        .contains("smtpserver.xml cannot be used:")
        .contains("<maxmesagesize>: there is no such setting; did you mean <maxmessagesize>?")
        .contains("<bind>: '99999' is no port", "'127.0.0.0/33' is no network")
        .contains("conf/tls/private.key does not exist")
        .contains("mailetcontainer.xml cannot be used:", "<maxRetries>: 'x' is no whole number")
        .contains("there is no processor 'trnsport'; did you mean 'transport'?")
        .contains("<defaultDoman>: there is no such setting; did you mean <defaultDomain>?")
        .contains("dnsservice.xml, line 8: ")
        .contains("<spol>: there is no such setting; did you mean <spool>?")
        .contains("line 3, <routes><route>: it needs one of <mx/>")
        .contains("identities.xml cannot be used:")
        .contains("line 2, <lpad>: there is no such setting; did you mean <ldap>?")
        .contains("line 3, <network>: 'x.example' is the name of a host; <host> is for names")
        .contains("line 3, <rule><sender>: 'example.com' is no address")
        .contains("line 5, <local><address>, attribute processor: there is no processor 'trnsport'")
        .contains("webadmin.properties: ")
        .contains("healthcheck.properties: healthcheck.period is at least 10s, not '5'")
        .contains("extensions.properties: there is no class a.b.No");
    assertThat(home.resolve("var/spool")).doesNotExist();
  }

  @Test
  void whatOthersWouldPassOverShouldBeToldToo() throws Exception {
    replace("smtpserver.xml", "127.0.0.1:0", "127.0.0.1:99999, nowhere");
    replace("mailetcontainer.xml", "<threads>10", "<threads>0");
    Files.writeString(
        home.resolve("conf/logback.xml"),
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%msg%n</pattern></encoder>
          </appender>
          <root level="INFOO"><apender-ref ref="out"/></root>
        </configuration>
        """);
    Files.writeString(
        home.resolve("conf/healthcheck.properties"), "additional.healthchecks=a.b.No\n");
    Files.writeString(
        home.resolve("conf/webadmin.properties"), "enabled=true\nhttps.enabled=true\n");
    Files.writeString(home.resolve("conf/users"), "posthouse-users 9\n");
    Files.writeString(
        home.resolve("conf/recipientrewritetable.xml"),
        "<recipientrewritetable><mapping>root@a.test=ad min@b.test</mapping>\n"
            + "<file>file://conf/recipients</file></recipientrewritetable>");
    Files.writeString(home.resolve("conf/recipients"), "a@a.test b@b.test\nc@a.test\n");
    assertThat(refusal(78, List.of()))
        .contains("'99999' is no port", "'nowhere' is no address:port")
        .contains("<threads>: '0' is no whole number of 1 or more")
        .containsPattern("line 2, <file>: .*conf/recipients.*2.*a key without an address")
        .contains("logback.xml cannot be used:", "line 5: 'INFOO' is no level; did you mean INFO?")
        .contains("apender-ref")
        .contains("healthcheck.properties: there is no class a.b.No")
        .contains("webadmin.properties: with https.enabled=true https.keystore must be set")
        .contains("conf/users cannot be used: ")
        .contains("'root@a.test=ad min@b.test' is no mapping: 'ad min@b.test' is no address");
  }

  /** Also of the chains that are shipped, which are looked at then without a server. */
  @Test
  void onlyErrorShouldBeToldAlone() throws Exception {
    Path shipped = ShippedHome.create(home.resolve("shipped"));
    Path logback = shipped.resolve("conf/logback.xml");
    Files.writeString(
        logback, Files.readString(logback).replace("<root level=\"", "<root level=\"x"));
    RelayProcess.Result run = RelayProcess.command("check", "--home", shipped.toString());
    assertThat(run.exitCode()).as(run.output()).isEqualTo(78);
    assertThat(run.output())
        .contains("logback.xml cannot be used:", "'xWARN' is no level; did you mean WARN?")
        .doesNotContain("mailetcontainer.xml", "Guice");
  }

  @Test
  void networksOfMatchersShouldBeReadAsThoseOfTheDoors() throws Exception {
    replace(
        "mailetcontainer.xml",
        "<mailet match=\"All\" class=\"RemoteDelivery\">",
        "<mailet match=\"RemoteAddrInNetwork=10.0.0.0/33, 10.0.0.999, 2001:db8::1/128\" class=\"Null\"/>"
            + "<mailet match=\"All\" class=\"RemoteDelivery\">");
    Files.writeString(
        home.resolve("conf/healthcheck.properties"), "healthcheck.period=60 secs ago\n");
    assertThat(refusal(78, List.of()))
        .contains("'10.0.0.0/33' is no network", "'10.0.0.999' is no address")
        .contains("'2001:db8::1/128' would be read as a /64")
        .contains("healthcheck.period is a time such as 60s, not '60 secs ago'");
  }

  @Test
  void whatIsOpenToAllOrLeadsNowhereShouldBeWarnedOf() throws Exception {
    replace("dnsservice.xml", "<servers>\n    <server>127.0.0.1</server>\n  </servers>", "");
    replace("domainlist.xml", "defaultDomain", "defaultDoman"); // so that it does not start
    Files.writeString(
        home.resolve("conf/identities.xml"),
        "<identities>\n<network identity='p'>0.0.0.0/0</network></identities>");
    Path key = home.resolve("conf/tls/private.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    try (RelayProcess relay = RelayProcess.launch(List.of(), home)) {
      assertThat(relay.exitCode()).isEqualTo(78);
      assertThat(relay.log())
          .contains("there is no <servers><server> instead")
          .contains("line 2, <network>: this makes an open relay: nobody has a")
          .contains("private.key can be read by everybody: chmod 600");
    }
  }

  @Test
  void directoryThatCannotBeReadShouldNotBeTakenForAnEmptyOne() throws Exception {
    Path conf = home.resolve("conf");
    Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("---------"));
    try {
      assertThat(refusal(78, withoutRootsRights()))
          .contains("permission denied for user", conf.toString())
          .doesNotContain("smtpserver");
    } finally {
      Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void emptyElementsShouldBeToldWithTheirLines() throws Exception {
    Files.writeString(
        home.resolve("conf/domainlist.xml"),
        "<domainlist>\n<defaultDomain></defaultDomain>\n"
            + "<domainnames><domainname>x@ y</domainname></domainnames></domainlist>");
    Files.writeString(
        home.resolve("conf/relay.xml"), "<relay>\n<spool><reserve></reserve></spool></relay>");
    replace(
        "mailetcontainer.xml",
        "<mailet match=\"All\" class=\"RemoteDelivery\">",
        "<mailet match=\"All\" class=\"RemoteDelivery\"><gatewayUsername>u</gatewayUsername>"
            + "<heloName>a b</heloName>");
    assertThat(refusal(78, List.of()))
        .contains("line 2, <defaultDomain>: it is empty")
        .contains("'x@ y' is no domain")
        .contains("<reserve>: it is empty")
        .contains("a login needs both, <gatewayUsername> and <gatewayPassword>")
        .contains("'a b' is no name of a host");
  }

  @Test
  void aHomeOfAnotherUserShouldNotBeWrittenByRoot() throws Exception {
    Path var = Files.createDirectories(home.resolve("var"));
    Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root could");
    Files.setOwner(
        var, var.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    RelayProcess.Result run = RelayProcess.command("run", "--home", home.toString());
    assertThat(run.exitCode()).as(run.output()).isEqualTo(77);
    assertThat(run.output()).contains("is of user 'nobody'", "runuser -u nobody");
    assertThat(var).isEmptyDirectory();
  }

  @Test
  void filesThatCannotBeReadShouldBeToldWithTheirSetting() throws Exception {
    replace(
        "mailetcontainer.xml",
        "<mailet match=\"All\" class=\"RemoteDelivery\">",
        "<mailet match=\"All\" class=\"DkimSign\"><domain>a.test</domain><selector>s</selector>"
            + "<keyFile>file://conf/dkim.key</keyFile></mailet>"
            + "<mailet match=\"All\" class=\"RemoteDelivery\">");
    for (String file : List.of("users", "dkim.key", "tls/certificate.pem")) {
      Path path = home.resolve("conf").resolve(file);
      Files.writeString(path, "x");
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    }
    String denied = "permission denied for user '" + System.getProperty("user.name") + "'";
    assertThat(refusal(78, withoutRootsRights()))
        .contains("<tls><certificates>: ", "conf/tls/certificate.pem cannot be read: " + denied)
        .contains("conf/users cannot be read: " + denied)
        .contains("(DkimSign)", "<keyFile> file://conf/dkim.key cannot be read: " + denied);
  }

  @Test
  void storeOfAnotherUserShouldBeNoDamage() throws Exception {
    Path store = Files.createDirectories(home.resolve("var/spool"));
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("---------"));
    assertThat(refusal(77, withoutRootsRights()))
        .contains("permission denied for user '" + System.getProperty("user.name") + "': " + store)
        .doesNotContain("rescue");
  }

  @Test
  void certificateThatIsNoneShouldBeToldWithItsFile() throws Exception {
    Files.writeString(home.resolve("conf/tls/certificate.pem"), "garbage");
    assertThat(refusal(78, List.of()))
        .contains("smtpserver.xml cannot be used:", "<tls><certificates>: ")
        .contains("conf/tls/certificate.pem holds no certificate");
  }

  @Test
  void usersOfAnUnknownFormatShouldBeToldAtTheStart() throws Exception {
    Files.createDirectory(home.resolve("conf/users"));
    assertThat(refusal(78, List.of())).contains("conf/users is a directory");
  }

  @Test
  void whatIsMissingOrMalformedShouldBeToldWithTheRest() throws Exception {
    Files.delete(home.resolve("conf/smtpserver.xml"));
    replace("mailetcontainer.xml", "<postmaster>postmaster@", "<postmaster>not an address@");
    Files.writeString(home.resolve("conf/logback.xml"), "<configuration><x></configuration>");
    Files.writeString(
        home.resolve("conf/recipientrewritetable.xml"),
        "<recipientrewritetable>\n<mapping>foo bar</mapping>\n<mapping>a@a.test=b@b.test</mapping>"
            + "<mappingLimit>0</mappingLimit></recipientrewritetable>");
    Files.writeString(home.resolve("conf/webadmin.properties"), "enabled=false\nprt=1\n");
    Files.writeString(home.resolve("conf/healthcheck.properties"), "healthcheck.perod=60s\n");
    assertThat(refusal(78, List.of()))
        .contains("there is no conf/smtpserver.xml")
        .contains("<context><postmaster>: 'not an address@")
        .contains("logback.xml, line 1: ")
        .contains("line 2, <mapping>: 'foo bar' is no mapping: write recipient=target")
        .contains("line 3, <mappingLimit>: '0' is no whole number of 1 or more")
        .contains("line 2, prt: there is no such setting; did you mean port?")
        .contains("line 1, healthcheck.perod", "did you mean healthcheck.period?");
  }

  @Test
  void usersOfAnUnknownVersionShouldBeToldWithTheirPath() throws Exception {
    Files.writeString(home.resolve("conf/users"), "posthouse-users 99\n");
    assertThat(refusal(78, List.of())).contains(home.resolve("conf/users") + " cannot be used: ");
  }

  @Test
  void missingFilesShouldBeToldTogether() throws Exception {
    Files.delete(home.resolve("conf/smtpserver.xml"));
    Files.delete(home.resolve("conf/mailetcontainer.xml"));
    assertThat(refusal(78, List.of()))
        .contains("there is no conf/smtpserver.xml", "there is no conf/mailetcontainer.xml");
  }

  @Test
  void portInUseShouldBeTheLastThingToldAndNotABadConfiguration() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      replace("smtpserver.xml", "127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort());
      assertThat(refusal(69, List.of()))
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void portOfWebAdminInUseShouldBeTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          home.resolve("conf/webadmin.properties"),
          "enabled=true\nport=" + taken.getLocalPort() + "\n");
      assertThat(refusal(69, List.of())).contains("webadmin.properties: cannot listen on ");
    }
  }

  /** Runs the server to its end and gives what it said, which must be one thing, and the last. */
  private String refusal(int exitCode, List<String> prefix) throws Exception {
    try (RelayProcess relay = RelayProcess.launch(prefix, home)) {
      assertThat(relay.exitCode()).as(relay.log()).isEqualTo(exitCode);
      String log = relay.log();
      String end = log.substring(log.indexOf(" ERROR "));
      assertThat(end).contains("The server could not start: ").doesNotContain("\tat ");
      assertThat(end.indexOf(" WARN ") + end.indexOf(" INFO ")).isEqualTo(-2);
      assertThat(log).doesNotContain("left open");
      return end;
    }
  }

  /** Root may read every file; without these capabilities it is a user as any other. */
  private static List<String> withoutRootsRights() {
    String rights = "-dac_override,-dac_read_search";
    return System.getProperty("user.name").equals("root")
        ? List.of("setpriv", "--bounding-set=" + rights, "--inh-caps=" + rights)
        : List.of();
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = home.resolve("conf").resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }
}
