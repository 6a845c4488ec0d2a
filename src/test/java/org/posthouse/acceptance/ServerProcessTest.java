/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/**
 * The process as its administrator meets it: commands, exit codes, the control socket, the stop.
 */
class ServerProcessTest {
  @TempDir Path home;

  @Test
  void aConfigurationShouldBeCheckedBesideTheServer() throws Exception {
    RelayHome.create(home, 1);
    try (RelayProcess relay = RelayProcess.start(home)) {
      String log = relay.log();
      RelayProcess.Result good = RelayProcess.command("check", "--home", home.toString());
      assertThat(good.output()).endsWith(home.resolve("conf") + " can be used\n");
      assertThat(good.exitCode()).isZero();
      Path chains = home.resolve("conf/mailetcontainer.xml");
      String before = Files.readString(chains);
      Files.writeString(
          chains, before.replaceFirst("class=\"RemoteDelivery\"", "class=\"RemoteDelivry\""));
      RelayProcess.Result bad = RelayProcess.command("check", "--home", home.toString());
      assertThat(bad.output()).contains("mailetcontainer.xml cannot be used:", "RemoteDelivry");
      assertThat(bad.exitCode()).isEqualTo(78);
      assertThat(relay.log()).isEqualTo(log);
      try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
        client.ask("QUIT", "221");
      }
    }
  }

  private void homeThatSigns(String table) throws Exception {
    RelayHome.create(home, 1);
    String sign = "<mailet match=\"All\" class=\"DkimSign\"><keyTable>dkim.xml</keyTable></mailet>";
    Path chains = home.resolve("conf/mailetcontainer.xml");
    String before = Files.readString(chains);
    String last = "<mailet match=\"All\" class=\"RemoteDelivery\"";
    Files.writeString(chains, before.replace(last, sign.repeat(3) + last));
    Files.writeString(home.resolve("conf/dkim.xml"), table);
  }

  @Test
  void whatIsWrongWithATableShouldBeToldOnce() throws Exception {
    homeThatSigns("<dkim>\n<domain name=\"example.com\"/>\n</dkim>");
    RelayProcess.Result result = RelayProcess.command("check", "--home", home.toString());
    assertThat(result.output())
        .containsOnlyOnce("dkim.xml:2: <domain name=\"example.com\">: it has no <key>");
    assertThat(result.exitCode()).isZero();
  }

  /** Nobody answers at the name server of this home. */
  @Test
  void aStartShouldNotDependOnTheDns() throws Exception {
    homeThatSigns("<dkim/>");
    String[] made = {"dkim", "new", "example.com", "--home", home.toString()};
    assertThat(RelayProcess.command(made).exitCode()).isZero();
    RelayProcess.Result result = RelayProcess.command("check", "--home", home.toString());
    assertThat(result.output()).endsWith(" can be used\n").doesNotContain("dkim.xml");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void statusAndStopShouldWorkFromTheCommandLine() throws Exception {
    RelayHome.create(home, 1);
    try (RelayProcess relay = RelayProcess.start(home)) {
      RelayProcess.Result status = command("status", "--json");
      assertThat(status.exitCode()).isZero();
      JsonNode answer = new ObjectMapper().readTree(status.output());
      assertThat(answer.path("state").asText()).isEqualTo("running");
      assertThat(answer.path("pid").asLong()).isEqualTo(relay.pid());
      assertThat(answer.path("jamesVersion").asText()).isEqualTo("3.8.1");
      assertThat(answer.path("queues").has("spool")).isTrue();
      assertThat(answer.path("listeners").get(0).path("tls").asText()).isEqualTo("starttls");
      assertThat(command("status").output()).contains("state").contains("127.0.0.1:");

      Path socket = home.resolve("var/control.sock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");

      RelayProcess.Result second = command("run");
      assertThat(second.exitCode()).isEqualTo(75);
      assertThat(second.output()).contains("a server answers on");
      assertThat(relay.isAlive()).isTrue();

      RelayProcess.Result stop = command("stop");
      assertThat(stop.exitCode()).isZero();
      assertThat(relay.isAlive()).isFalse();
      assertThat(relay.exitCode()).isZero();
      assertThat(socket).doesNotExist();
    }
    assertThat(command("status").exitCode()).isEqualTo(69);
    assertThat(command("stop").exitCode()).isEqualTo(69);
  }

  @Test
  void aSocketLeftByAKilledServerShouldBeReplaced() throws Exception {
    RelayHome.create(home, 1);
    try (RelayProcess first = RelayProcess.start(home)) {
      first.kill();
    }
    assertThat(home.resolve("var/control.sock")).exists();
    Files.delete(home.resolve("child.log"));
    try (RelayProcess second = RelayProcess.start(home)) {
      assertThat(second.status().path("pid").asLong()).isEqualTo(second.pid());
      assertThat(second.stop()).isZero();
    }
  }

  @Test
  void aDeliveryThatHangsShouldNotDelayTheStop() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RelayProcess relay = RelayProcess.start(RelayHome.create(home, silent.getLocalPort()));
        SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("DATA", "354");
      client.ask("Subject: x\r\n\r\nx\r\n.", "250");
      silent.accept(); // the delivery now waits for a greeting

      long start = System.nanoTime();
      relay.terminate();
      client.expect("421 4.3.2");
      assertThat(relay.exitCode()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(relay.log()).doesNotContain("left open", "did not stop", "Exception");
    }
  }

  @Test
  void aHostThatIsAboutToAcceptShouldNotGetTheMailAgain() throws Exception {
    SmtpScript slow =
        SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(2)));
    try (ScriptedSmtpServer next = ScriptedSmtpServer.start(slow)) {
      RelayHome.create(home, next.port());
      try (RelayProcess relay = RelayProcess.start(home)) {
        try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
          client.ask("MAIL FROM:<alice@relay.test>", "250");
          client.ask("RCPT TO:<bob@next.test>", "250");
          client.ask("DATA", "354");
          client.ask("Subject: x\r\n\r\nx\r\n.", "250");
        }
        Awaitility.await().until(() -> next.mails().size() == 1); // and not answered yet
        relay.terminate();
        assertThat(relay.exitCode()).isZero();
        assertThat(relay.log())
            .contains("delivered id=")
            .doesNotContain("left open", "did not stop", "Exception");
      }
      Files.delete(home.resolve("child.log"));
      try (RelayProcess relay = RelayProcess.start(home)) {
        assertThat(relay.status().path("queues").path("outgoing").asLong()).isZero();
        assertThat(relay.stop()).isZero();
      }
      assertThat(next.mails()).hasSize(1);
    }
  }

  @Test
  void deliveriesShouldStopTogether() throws Exception {
    SmtpScript slow =
        SmtpScript.accepting()
            .on("RCPT TO:<mute@", Reaction.stall(Duration.ofSeconds(20)))
            .on(".", Reaction.reply("250 ok").after(Duration.ofMillis(700)));
    try (ScriptedSmtpServer next = ScriptedSmtpServer.start(slow)) {
      RelayHome.create(home, next.port());
      replace(
          "mailetcontainer.xml",
          "<mailet match=\"All\" class=\"RemoteDelivery\">",
          "<mailet match=\"RecipientIs=mute@next.test\" class=\"RemoteDelivery\">"
              + "<outgoing>first</outgoing><gateway>127.0.0.1</gateway><gatewayPort>"
              + next.port()
              + "</gatewayPort></mailet><mailet match=\"All\" class=\"RemoteDelivery\">");
      int mails = 60;
      try (RelayProcess relay = RelayProcess.start(home)) {
        try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
          for (int i = -1; i < mails; i++) {
            client.ask("MAIL FROM:<alice@relay.test>", "250");
            client.ask("RCPT TO:<" + (i < 0 ? "mute" : "bob") + "@next.test>", "250");
            client.ask("DATA", "354");
            client.ask("Subject: " + i + "\r\n\r\nx\r\n.", "250");
          }
        }
        Awaitility.await().until(() -> !next.mails().isEmpty());
        relay.terminate();
        assertThat(relay.exitCode()).isZero();
        assertThat(relay.log()).doesNotContain("left open", "did not stop", "Exception");
      }
      assertThat(next.mails()).as("attempts that began after the stop").hasSizeLessThan(mails);
      Files.delete(home.resolve("child.log"));
      try (RelayProcess relay = RelayProcess.start(home)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> relay.status().path("queues").path("outgoing").asLong() == 0);
        assertThat(relay.stop()).isZero();
      }
      assertThat(next.mails()).as("each once").hasSize(mails);
    }
  }

  @Test
  void drainShouldLetGoWhatCanAndAStartThatOnlyDeliversTheRest() throws Exception {
    SmtpScript slow =
        SmtpScript.accepting()
            .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"))
            .on(".", Reaction.reply("250 ok").after(Duration.ofMillis(300)));
    try (ScriptedSmtpServer next = ScriptedSmtpServer.start(slow)) {
      RelayHome.create(home, next.port());
      try (RelayProcess relay = RelayProcess.start(home)) {
        try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
          for (int i = 0; i < 20; i++) {
            client.ask("MAIL FROM:<alice@relay.test>", "250");
            client.ask("RCPT TO:<" + (i == 0 ? "later" : "bob") + "@next.test>", "250");
            client.ask("DATA", "354");
            client.ask("Subject: " + i + "\r\n\r\nx\r\n.", "250");
          }
        }
        RelayProcess.Result stop = command("stop", "--drain", "--within", "30 s");
        assertThat(stop.output())
            .contains("left in queue outgoing: 1")
            .doesNotContain("time was up");
        assertThat(stop.exitCode()).isZero();
      }
      assertThat(next.mails()).hasSize(19);
      Files.delete(home.resolve("child.log"));
      try (RelayProcess relay = RelayProcess.startDeliveringOnly(home)) {
        assertThat(relay.status().path("listeners")).isEmpty();
        assertThat(relay.status().path("queues").path("outgoing").asLong()).isEqualTo(1);
        assertThat(relay.stop()).isZero();
      }
    }
  }

  @Test
  void aDrainThatIsNotDoneInTimeShouldSaySo() throws Exception {
    SmtpScript tarpit =
        SmtpScript.accepting()
            .on("RCPT TO:", Reaction.reply("250 ok").after(Duration.ofMinutes(1)));
    try (ScriptedSmtpServer next = ScriptedSmtpServer.start(tarpit)) {
      RelayHome.create(home, next.port());
      try (RelayProcess relay = RelayProcess.start(home)) {
        try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
          client.ask("MAIL FROM:<alice@relay.test>", "250");
          client.ask("RCPT TO:<bob@next.test>", "250");
          client.ask("DATA", "354");
          client.ask("Subject: x\r\n\r\nx\r\n.", "250");
        }
        RelayProcess.Result stop = command("stop", "--drain", "--within", "2 s");
        assertThat(stop.output()).contains("left in queue outgoing: 1", "the time was up (2 s)");
        assertThat(stop.exitCode()).isZero();
      }
    }
  }

  @Test
  void aPortThatIsTakenShouldBeNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RelayHome.create(home, 1);
      replace("smtpserver.xml", "127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort());
      RelayProcess.Result run = command("run");
      assertThat(run.exitCode()).isEqualTo(69);
      assertThat(run.output()).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void badConfigurationShouldBeToldFromABug() throws Exception {
    assertThat(command("run").exitCode()).isEqualTo(78);
    RelayHome.create(home, 1);
    replace("smtpserver.xml", "CoreCmdHandlerLoader", "NoSuchHandler");
    RelayProcess.Result run = command("run");
    assertThat(run.exitCode()).isEqualTo(78);
    assertThat(run.output()).contains("NoSuchHandler");
  }

  @Test
  void webAdminShouldBeRefusedOutsideLoopback() throws Exception {
    RelayHome.create(home, 1);
    Files.writeString(
        home.resolve("conf/webadmin.properties"), "enabled=true\nport=0\nhost=0.0.0.0\n");
    RelayProcess.Result run = command("run");
    assertThat(run.exitCode()).isEqualTo(78);
    assertThat(run.output()).contains("host must be a loopback address");
  }

  @Test
  void webAdminShouldRunWhereItIsConfigured() throws Exception {
    RelayHome.create(home, 1);
    Files.writeString(
        home.resolve("conf/webadmin.properties"), "enabled=true\nport=0\nhost=localhost\n");
    try (RelayProcess relay = RelayProcess.start(home)) {
      assertThat(relay.stop()).isZero();
    }
  }

  @Test
  void aHomeThatIsTooDeepForASocketShouldBeToldFromABug() throws Exception {
    Path deep = home.resolve("a".repeat(100));
    Files.createDirectories(deep.resolve("conf"));
    RelayProcess.Result run = RelayProcess.command("run", "--home", deep.toString());
    assertThat(run.exitCode()).as(run.output()).isEqualTo(73);
    assertThat(run.output()).contains("too long for a socket").doesNotContain("Exception");
  }

  @Test
  void aFileInThePlaceOfADirectoryShouldBeNamed() throws Exception {
    RelayHome.create(home, 1);
    Files.writeString(home.resolve("logs"), "");
    RelayProcess.Result run = command("run");
    assertThat(run.exitCode()).as(run.output()).isEqualTo(73);
    assertThat(run.output())
        .contains("logs: exists already, and is not what it should be: ")
        .doesNotContain("Exception");
  }

  @Test
  void wrongUseShouldBeTold() throws Exception {
    assertThat(RelayProcess.command().exitCode()).isEqualTo(64);
    assertThat(RelayProcess.command("frobnicate").exitCode()).isEqualTo(64);
    assertThat(RelayProcess.command("status", "--nonsense").exitCode()).isEqualTo(64);
    assertThat(RelayProcess.command("--version").output()).startsWith("Posthouse ");
    assertThat(RelayProcess.command("status", "--help").exitCode()).isZero();
  }

  private RelayProcess.Result command(String name, String... options) throws Exception {
    String[] arguments = new String[options.length + 3];
    arguments[0] = name;
    arguments[1] = "--home";
    arguments[2] = home.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return RelayProcess.command(arguments);
  }

  private void replace(String file, String from, String to) throws Exception {
    Path path = home.resolve("conf").resolve(file);
    Files.writeString(path, Files.readString(path).replace(from, to));
  }
}
