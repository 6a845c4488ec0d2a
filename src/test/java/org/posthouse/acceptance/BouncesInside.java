/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Repository;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ReceivedMail;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** What {@link BouncesTest} runs: one host, the sink, is every domain's mail exchanger. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BouncesInside {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NEVER = "never@remote.example";
  private static final SmtpScript REFUSES_NEVER =
      SmtpScript.accepting()
          .on("RCPT TO:<" + NEVER, Reaction.reply("550 5.1.1 Nobody of that name"));

  private static NameServer nameServer;
  private static ScriptedSmtpServer sink;
  private static RelayProcess relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    InetAddress exchanger = InetAddress.getByName(PrivateNetwork.SINK);
    nameServer = NameServer.ofPrivateNetwork(exchanger);
    sink =
        ScriptedSmtpServer.start(new InetSocketAddress(exchanger, 25), REFUSES_NEVER, mail -> {});
    ShippedHome.create(home);
    Files.writeString(
        home.resolve("conf/recipientrewritetable.xml"),
        """
        <recipientrewritetable>
          <recursiveMapping>true</recursiveMapping>
          <mappingLimit>10</mappingLimit>
          <mapping>list@alias.example=never@remote.example;bob@remote.example</mapping>
          <mapping>round@alias.example=again@alias.example</mapping>
          <mapping>again@alias.example=round@alias.example</mapping>
          <mapping>gone@alias.example=error:551 5.1.6 moved away</mapping>
        </recipientrewritetable>
        """);
    relay = RelayProcess.launch(PrivateNetwork.inRelaysNamespace(), home).awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    sink.close();
    nameServer.close();
  }

  private static void submit(String sender, String recipient, String header) throws Exception {
    try (SmtpDialog client = new SmtpDialog(PrivateNetwork.STRANGER, PrivateNetwork.RELAY, 587)) {
      client.expect("220");
      client.ask("EHLO client.test", "250");
      client.startTls().ask("EHLO client.test", "250");
      String login = "\0" + ShippedHome.USER + "\0" + ShippedHome.PASSWORD;
      client.ask("AUTH PLAIN " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)), "235");
      client.ask("MAIL FROM:<" + sender + ">", "250");
      client.ask("RCPT TO:" + path(recipient), "250");
      client.ask("DATA", "354");
      String from = "From: <" + ShippedHome.USER + ">\r\n";
      client.ask(header + from + "Subject: about it\r\n\r\nbody\r\n.", "250");
    }
  }

  /** With the brackets, and what follows them. */
  private static String path(String recipient) {
    int end = (recipient + " ").indexOf(' ');
    return "<" + recipient.substring(0, end) + ">" + recipient.substring(end);
  }

  /** More by this host than LoopGuard lets through, and fewer than the door refuses. */
  private static String ownHops() throws UnknownHostException {
    String host = InetAddress.getLocalHost().getHostName();
    return ("Received: from a.example by " + host + "; Tue, 24 Nov 2026 10:00:00 +0000\r\n")
        .repeat(11);
  }

  /** The sizes are not of one instant: a mail that moves between two queues may not be seen. */
  private static void awaitEmptyQueues() {
    Awaitility.await()
        .atMost(PATIENCE)
        .during(Duration.ofMillis(700))
        .until(
            () -> {
              long left = 0;
              for (JsonNode size : relay.status().path("queues")) {
                left += size.asLong();
              }
              return left == 0;
            });
  }

  private static List<ReceivedMail> mailsSince(int before) {
    awaitEmptyQueues();
    return sink.mails().subList(before, sink.mails().size());
  }

  private static void assertIsTheOnlyBounce(List<ReceivedMail> mails, String status) {
    assertThat(mails).hasSize(1);
    ReceivedMail bounce = mails.get(0);
    assertThat(bounce.sender()).isEmpty();
    assertThat(bounce.recipients()).containsExactly(ShippedHome.USER);
    assertThat(bounce.text())
        .contains("multipart/report")
        .containsPattern("(?m)^Status: " + status)
        .contains("Subject: about it");
  }

  @Test
  @Order(1)
  void loopingMailShouldBeBouncedOnceAndGoNoFurther() throws Exception {
    int before = sink.mails().size();
    submit(ShippedHome.USER, "bob@remote.example", ownHops());
    assertIsTheOnlyBounce(mailsSince(before), "5\\.4\\.6");
    String log = Files.readString(home.resolve("child.log"));
    String id = found("accepted id=(\\S+) from=<" + ShippedHome.USER + "> to=<bob", log);
    String line = "bounced id=" + id + " to=<bob@remote.example>";
    assertThat(log.lines().filter(each -> each.contains(line)))
        .singleElement()
        .asString()
        .contains("5.4.6");
  }

  @Test
  @Order(2)
  void refusedMailShouldBeBouncedOnce() throws Exception {
    int before = sink.mails().size();
    submit(ShippedHome.USER, NEVER, "");
    assertIsTheOnlyBounce(mailsSince(before), "5\\.1\\.1");
    assertBounceIsLoggedUnderItsOwnId();
  }

  private static void assertBounceIsLoggedUnderItsOwnId() throws IOException {
    String log = Files.readString(home.resolve("child.log"));
    String refused = found("bounced id=(\\S+) to=<" + NEVER + ">", log);
    String bounce =
        found("generated id=(\\S+) cause=" + refused + " from=<> to=<" + ShippedHome.USER, log);
    assertThat(bounce).isNotEqualTo(refused);
    assertThat(log)
        .contains("delivered id=" + bounce + " to=<" + ShippedHome.USER + ">")
        .doesNotContain("delivered id=" + refused);
  }

  private static String found(String pattern, String log) {
    Matcher matcher = Pattern.compile(pattern).matcher(log);
    assertThat(matcher.find()).as(pattern + " in\n" + log).isTrue();
    return matcher.group(1);
  }

  @Test
  @Order(3)
  void bounceThatIsRefusedTooShouldBeOfferedOnceAndEnd() throws Exception {
    int mails = sink.mails().size();
    long said = recipientsNamed("").count();
    long refused = recipientsNamed(NEVER).count();
    sink.follow(
        REFUSES_NEVER.on(
            "RCPT TO:<" + ShippedHome.USER, Reaction.reply("550 5.2.1 Has left the house")));
    submit(ShippedHome.USER, NEVER, "");
    assertThat(mailsSince(mails)).isEmpty();
    assertThat(recipientsNamed(NEVER).count() - refused).isEqualTo(1);
    assertThat(recipientsNamed(ShippedHome.USER).filter(line -> line.startsWith("C: ")).count())
        .as("the bounce before, and this one")
        .isEqualTo(3);
    assertThat(recipientsNamed("").count() - said).isEqualTo(2);
  }

  /** Commands for a recipient that begins so. */
  private static Stream<String> recipientsNamed(String beginning) {
    return sink.dialogues().stream()
        .flatMap(List::stream)
        .filter(line -> line.contains("RCPT TO:<" + beginning));
  }

  @Test
  @Order(4)
  void loopingMailWithoutASenderShouldBeKept() throws Exception {
    int mails = sink.mails().size();
    submit("", "bob@remote.example", ownHops());
    assertThat(mailsSince(mails)).isEmpty();
    assertThat(Files.readString(home.resolve("child.log")))
        .containsPattern("kept id=\\S+ to=<bob@remote.example> name=\\S+ in=\\S+double-bounces");
  }

  @Test
  @Order(5)
  void aliasShouldTakeAlongWhatTheSenderWantsToHear() throws Exception {
    sink.follow(REFUSES_NEVER);
    int before = sink.mails().size();
    submit(ShippedHome.USER, "list@alias.example NOTIFY=NEVER", "");
    assertThat(mailsSince(before))
        .singleElement()
        .satisfies(mail -> assertThat(mail.recipients()).containsExactly("bob@remote.example"));
    String log = Files.readString(home.resolve("child.log"));
    String id = found("redirected id=(\\S+) name=\\S+ recipient=<list@alias.example> to=<", log);
    assertThat(log)
        .contains("bounced id=" + id + " to=<" + NEVER, "delivered id=" + id + " to=<bob@");
    submit(ShippedHome.USER, "list@alias.example NOTIFY=FAILURE", "");
    assertThat(mailsSince(before + 1))
        .anySatisfy(
            mail ->
                assertThat(mail.text())
                    .contains("Original-Recipient: rfc822; list@alias.example")
                    .contains("Final-Recipient: rfc822; " + NEVER));
  }

  @ParameterizedTest
  @CsvSource({
    "round, 5.4.6, mapped in a circle",
    "gone, 5.1.6, smtp; 551 5.1.6 moved away",
  })
  @Order(6)
  void whoIsLedNowhereShouldBeReported(String alias, String status, String text) throws Exception {
    int before = sink.mails().size();
    submit(
        ShippedHome.USER, alias + "@alias.example NOTIFY=FAILURE ORCPT=rfc822;a+2Bb@x.example", "");
    List<ReceivedMail> mails = mailsSince(before);
    assertIsTheOnlyBounce(mails, status);
    assertThat(mails.get(0).text())
        .contains(text, "Subject: Undelivered mail: about it")
        .contains("Original-Recipient: rfc822; a+b@x.example")
        .contains("Final-Recipient: rfc822; " + alias + "@alias.example");
    submit(ShippedHome.USER, alias + "@alias.example NOTIFY=NEVER", "");
    assertThat(mailsSince(before)).hasSize(1);
  }

  @Test
  @Order(7)
  void doubleBouncesShouldBeInTheRepositoryThatTheConfigurationNames() throws Exception {
    assertThat(relay.stop()).isZero();
    SpoolConfiguration configuration =
        SpoolConfiguration.in(home.resolve("var").resolve("spool")).withReserve(0);
    try (RocksSpool spool = RocksSpool.open(configuration, Clock.systemUTC())) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      List<String> kept = new ArrayList<>();
      for (String url : queues.repositoryUrls()) {
        Repository repository = queues.repository(url);
        for (String key : repository.keys("", 100)) {
          QueuedMail mail = queues.entries().find(repository.find(key).orElseThrow()).orElseThrow();
          kept.add(url + " <" + mail.reversePath() + "> " + mail.recipients().get(0).address());
        }
      }
      assertThat(kept)
          .containsExactlyInAnyOrder(
              "file://var/mail/double-bounces <> " + ShippedHome.USER,
              "file://var/mail/double-bounces <> bob@remote.example");
    }
  }
}
