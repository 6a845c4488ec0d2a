/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A store whose file system fills up, first down to the reserve, then to the last octet. */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class DiskFullTest {
  private static final int SIZE_MB = 640;
  private static final long INSIDE_THE_RESERVE = 64L << 20;

  /** An attempt whose outcome could not be stored is made again after a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int MAILS = 20;

  @TempDir Path scratch;
  private final Ledger ledger = new Ledger();
  private RecordingSink sink;
  private FaultyHome home;
  private SmallDisk disk;
  private ChildJvm server;

  @BeforeEach
  void startOnASmallDisk() throws IOException {
    sink = new RecordingSink();
    home = new FaultyHome(scratch.resolve("home"), sink.port());
    disk = SmallDisk.over(home.store(), SIZE_MB);
    start();
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
    if (disk != null) {
      disk.close();
    }
    sink.close();
  }

  @Test
  void serviceShouldStopAtTheReserveAndResumeWhenSpaceIsBack() throws Exception {
    sink.deferAll(true);
    Set<Integer> before = submitAccepted(MAILS);
    disk.leaveFree(INSIDE_THE_RESERVE);
    refused();
    sink.deferAll(false);
    awaitArrivalOf(before);
    refused();
    disk.empty();
    awaitArrivalOf(Set.of(awaitAcceptance()));
    stopsClean();
  }

  @Test
  void acceptedMailShouldSurviveALifeAndAKillOnAFullDisk() throws Exception {
    sink.deferAll(true);
    Set<Integer> before = submitAccepted(MAILS);
    disk.leaveFree(INSIDE_THE_RESERVE);
    server.kill();
    start();
    refused();
    sink.deferAll(false);
    awaitArrivalOf(before);
    disk.empty();
    awaitArrivalOf(Set.of(awaitAcceptance()));
    stopsClean();
  }

  @Test
  void acceptedMailShouldBeDeliveredWhenNotOneOctetIsFree() throws Exception {
    sink.deferAll(true);
    Set<Integer> before = submitAccepted(MAILS);
    disk.leaveFree(0);
    refused();
    sink.deferAll(false);
    awaitArrivalOf(before);
    disk.empty();
    awaitArrivalOf(Set.of(awaitAcceptance()));
    stopsClean();
    assertThat(sink.arrivals()).as("no mail twice").hasSameSizeAs(sink.numbers());
  }

  private void start() throws IOException {
    server = home.server(Map.of()).under(disk.entering()).start(home.output());
    home.awaitReady(server);
  }

  private Set<Integer> submitAccepted(int count) throws IOException {
    Set<Integer> numbers = new HashSet<>();
    try (ClientSession session = new ClientSession(home.port())) {
      for (int i = 0; i < count; i++) {
        Letter letter = new Letter(ledger.nextNumber(), 20_000, List.of(Submitters.RELAYED));
        assertThat(submit(session, letter)).startsWith("250 2.6.0");
        numbers.add(letter.number());
      }
    }
    return numbers;
  }

  /** Within the second that the server may take to look at the free space again. */
  private void refused() {
    List<String> replies = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              replies.add(submitOne());
              return !replies.get(replies.size() - 1).startsWith("250");
            });
    assertThat(replies.get(replies.size() - 1)).startsWith("452 4.3.1");
  }

  private int awaitAcceptance() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> submitOne().startsWith("250"));
    return ledger.offers().stream()
        .filter(offer -> offer.answer() == Ledger.Answer.ACCEPTED)
        .mapToInt(offer -> offer.letter().number())
        .max()
        .orElseThrow();
  }

  private String submitOne() throws IOException {
    try (ClientSession session = new ClientSession(home.port())) {
      return submit(session, new Letter(ledger.nextNumber(), 20_000, List.of(Submitters.RELAYED)));
    }
  }

  private String submit(ClientSession session, Letter letter) throws IOException {
    String reply = session.begin(letter, () -> {});
    if (reply.isEmpty()) {
      reply = session.end();
      ledger.answered(letter, reply);
    }
    return reply;
  }

  private void awaitArrivalOf(Set<Integer> numbers) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(sink.numbers()).containsAll(numbers));
  }

  /** What was accepted by chance between two looks at the free space must have come as well. */
  private void stopsClean() {
    awaitArrivalOf(
        ledger.offers().stream()
            .filter(offer -> offer.answer() == Ledger.Answer.ACCEPTED)
            .map(offer -> offer.letter().number())
            .collect(java.util.stream.Collectors.toSet()));
    assertThat(server.terminate()).as(home.tail()).isZero();
    assertThat(sink.arrivals())
        .allSatisfy(
            arrival ->
                assertThat(arrival.hash())
                    .isEqualTo(new Letter(arrival.number(), 20_000, List.of()).bodyHash()));
  }
}
