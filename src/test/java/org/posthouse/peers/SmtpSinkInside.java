/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link SmtpSinkTest} runs: a sink and a domain for each case, and one for the reports. */
class SmtpSinkInside {
  private static final String SETTINGS =
      """
      <destinations><default><timeouts>
        <greeting>2 s</greeting><ehlo>2 s</ehlo><mail>2 s</mail><rcpt>2 s</rcpt><data>2 s</data>
        <finalDot>2 s</finalDot>
      </timeouts></default></destinations>
      """;

  private static final List<AutoCloseable> PEERS = new ArrayList<>();
  private static SmtpSink senders;
  private static SmtpSink taker;
  private static SmtpSink takerWithoutDsn;
  private static Relay relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    StringBuilder zone = new StringBuilder();
    senders = sink("senders", "192.0.2.90", List.of(), zone);
    taker = sink("taker", "192.0.2.91", List.of(), zone);
    takerWithoutDsn = sink("old-taker", "192.0.2.92", List.of("-N"), zone);
    int next = 100;
    for (SinkCase each : SinkCase.all()) {
      SmtpSink unused = sink(each.name(), "192.0.2." + next++, each.command(), zone);
    }
    PEERS.add(ZoneServer.start(Map.of("sinks.test", zone.toString())));
    relay = Relay.start(home, SETTINGS);
    for (SinkCase each : SinkCase.all()) {
      relay.submit(
          each.name() + "@senders.sinks.test",
          "bob@" + each.domain(),
          "Subject: " + each.name() + "\r\n\r\n" + each.body());
    }
  }

  private static SmtpSink sink(
      String name, String address, List<String> options, StringBuilder zone) throws Exception {
    SmtpSink sink = SmtpSink.start(address, options);
    PEERS.add(sink);
    zone.append(name).append(" MX 10 mx.").append(name).append('\n');
    zone.append("mx.").append(name).append(" A ").append(address).append('\n');
    return sink;
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    for (AutoCloseable peer : PEERS) {
      peer.close();
    }
  }

  static List<SinkCase> cases() {
    return SinkCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outcomeShouldBeThatOfTheFailure(SinkCase sinkCase) {
    String line = relay.fate("bob@" + sinkCase.domain());
    assertThat(line)
        .startsWith(sinkCase.event() + " ")
        .contains(" host=mx." + sinkCase.domain())
        .matches(sinkCase.error().isEmpty() ? ".*" : ".* error=\"?(" + sinkCase.error() + ")\"?");
  }

  @Test
  void onlySendersOfBouncedMailShouldBeTold() {
    List<String> told =
        SinkCase.all().stream().filter(SinkCase::isBounced).map(SinkCase::name).sorted().toList();
    SinkCase.all().forEach(each -> relay.fate("bob@" + each.domain()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .during(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(reported()).isEqualTo(told));
  }

  /** The cases of which a report came, by the sender it is for. */
  private static List<String> reported() throws Exception {
    return senders
        .mails()
        .lines()
        .filter(line -> line.startsWith("X-Rcpt-Args: <"))
        .map(line -> line.replaceAll("X-Rcpt-Args: <(.*)@.*", "$1"))
        .sorted()
        .toList();
  }

  @Test
  void parametersOfDsnShouldBePassedOnWhereTheyAreUnderstood() throws Exception {
    for (String host : List.of("taker", "old-taker")) {
      relay.submit(
          "<dsn@senders.sinks.test> RET=HDRS ENVID=a+2Bb",
          List.of("<dsn@" + host + ".sinks.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x@y.test"),
          "Subject: dsn\r\n\r\nhello\r\n");
      assertThat(relay.fate("dsn@" + host + ".sinks.test")).startsWith("delivered");
    }
    assertThat(taker.mails())
        .containsPattern("X-Mail-Args: <dsn@senders.sinks.test> RET=HDRS ENVID=a\\+2Bb")
        .contains("NOTIFY=FAILURE,DELAY ORCPT=rfc822;x@y.test");
    assertThat(takerWithoutDsn.mails())
        .contains("X-Rcpt-Args: <dsn@old-taker.sinks.test>\n")
        .doesNotContain("ENVID");
  }
}
