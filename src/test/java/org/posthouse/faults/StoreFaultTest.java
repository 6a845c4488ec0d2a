/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single calls of the store that fail, or that read one wrong bit, in a real server. */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class StoreFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SIZE = 20_000;
  private static final int MAILS = 10;
  private static final int MERGED_FILES = 4;

  @TempDir static Path built;
  static NativeShim shim;

  @TempDir Path scratch;
  private final Ledger ledger = new Ledger();
  private final Set<Integer> accepted = new HashSet<>();
  private RecordingSink sink;
  private FaultyHome home;
  private FaultSwitch faults;
  private PowerCut power;
  private ChildJvm server;

  @BeforeAll
  static void build() throws IOException {
    shim = NativeShim.build(built);
  }

  @BeforeEach
  void start() throws IOException {
    sink = new RecordingSink();
    home = new FaultyHome(scratch.resolve("home"), sink.port());
    faults = new FaultSwitch(scratch.resolve("faults"));
    power = new PowerCut(shim, home.store(), scratch);
    launch();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    sink.close();
  }

  @ParameterizedTest(name = "{0} of the log fails with {1}, restart: {2}")
  @CsvSource({"WRITE, 28, true", "WRITE, 5, false", "SYNC, 5, true", "SYNC, 5, false"})
  void serviceShouldResumeAfterAFailingLogAndLoseNothing(
      FaultSwitch.On operation, int error, boolean restart) throws Exception {
    sink.deferAll(true);
    submit(MAILS);
    // All fail until it is off: a single fault might meet the retry of an earlier mail.
    faults.on(operation, error, ".log", 0, Integer.MAX_VALUE);
    assertThat(submitOne()).as("to the mail that met the fault").matches("45[12] 4\\.3\\..*");
    assertThat(faults.failed()).isPositive();
    assertThat(home.command("status")).contains("refuses mail: ");
    faults.off();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(submitOne()).as(home.tail()).startsWith("250"));
    assertThat(home.command("status")).containsPattern("(?m)^store +ok$");
    submit(MAILS);
    assertThat(accepted).as("without a restart").hasSize(MAILS + 1 + MAILS);
    if (restart) {
      server.kill();
      power.cutExactly(); // nothing may rest on a log whose sync had failed
      launch();
    }
    sink.deferAll(false);
    submit(1);
    awaitAccepted();
    assertThat(server.terminate()).as(home.tail()).isZero();
    assertThat(StoreContents.read(home.store()).queued()).isEmpty();
  }

  @Test
  void restartShouldBeAskedForWhenStepsAreGoneThatTheServerHadSeen() throws Exception {
    sink.hold();
    submit(1);
    Awaitility.await().atMost(PATIENCE).until(() -> sink.held() == 1);
    faults.on(FaultSwitch.On.SYNC, FaultSwitch.EIO, ".log", 0, Integer.MAX_VALUE);
    sink.release(); // what became of it is written, and its sync fails
    Awaitility.await().atMost(PATIENCE).until(() -> faults.failed() > 0);
    power.dropUnsynced(".log");
    faults.off();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(home.command("status")).contains("restart the server"));
    assertThat(submitOne()).startsWith("45");
    server.kill();
    power.cutExactly();
    launch();
    submit(MAILS);
    assertThat(accepted).hasSize(1 + MAILS);
    awaitAccepted();
    assertThat(server.terminate()).as(home.tail()).isZero();
    assertThat(StoreContents.read(home.store()).queued()).isEmpty();
  }

  @Test
  void unreadableMailShouldBeSetAsideAndNotBlockTheRest() throws Exception {
    sink.deferAll(true);
    submit(MAILS);
    restart(); // at the start the log goes to files, from which bodies are then read
    faults.on(FaultSwitch.On.READ, FaultSwitch.FLIP_A_BIT, ".blob", 0, 1);
    sink.deferAll(false);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(sink.numbers()).hasSizeGreaterThanOrEqualTo(MAILS - 1));
    assertThat(faults.failed()).as("the fault was met").isEqualTo(1);
    faults.off();
    assertThat(server.terminate()).as(home.tail()).isZero();
    StoreContents contents = StoreContents.read(home.store());
    // A bit that was wrong in memory only may be read again; one way or the other none is lost.
    assertThat(sink.numbers().size() + contents.aside() + contents.queued().size())
        .isGreaterThanOrEqualTo(MAILS);
    assertThat(sink.arrivals()).allSatisfy(StoreFaultTest::isIntact);
    if (contents.aside() > 0) {
      assertThat(Files.readString(home.output())).contains("aside");
    }
  }

  @Test
  void damagedFileShouldEndMergesAndNothingElse() throws Exception {
    sink.deferAll(true);
    submit(MAILS);
    restart();
    assertThat(server.terminate()).as(home.tail()).isZero();
    flipABit(theOnlyBlobFile());
    launch();
    sink.deferAll(false);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(sink.numbers()).hasSize(MAILS - 1));
    sink.deferAll(true);
    // A backup flushes: with the fourth file RocksDB merges them, and would move what is damaged
    // out of a file whose other mail is gone.
    for (int i = 0; i < MERGED_FILES; i++) {
      submitOne();
      home.command("queue", "backup", scratch.resolve("merging" + i).toString());
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(submitOne()).as(home.tail()).startsWith("250"));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(home.command("status")).containsPattern("(?m)^store +damaged: "));
    submit(MAILS);
    Path copy = scratch.resolve("backup");
    home.command("queue", "backup", copy.toString());
    assertThat(copy).exists();
    sink.deferAll(false);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(sink.numbers()).hasSize(accepted.size() - 1));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(home.command("status")).containsPattern("(?m)^aside +1 unreadable"));
    assertThat(home.command("queue", "list", "--aside").lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("cannot read BODY");
    assertThat(Files.readString(home.output()))
        .containsPattern("(?m)aside id=\\w+ to=<someone@next.test> queue=outgoing error=\"cannot");
    int arrived = sink.arrivals().size();
    restart();
    assertThat(submitOne()).as("at once, as the damage is known").startsWith("250");
    awaitArrivals(arrived + 1);
    assertThat(home.command("status")).containsPattern("(?m)^store +damaged: ");
    assertThat(server.terminate()).as(home.tail()).isZero();
    StoreContents contents = StoreContents.read(home.store());
    assertThat(contents.queued()).isEmpty();
    assertThat(contents.aside()).isEqualTo(1);
  }

  private void awaitArrivals(int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(sink.arrivals()).hasSize(count));
    assertThat(sink.arrivals()).allSatisfy(StoreFaultTest::isIntact);
  }

  private Path theOnlyBlobFile() throws IOException {
    try (Stream<Path> files = Files.list(home.store())) {
      List<Path> blobs = files.filter(file -> file.toString().endsWith(".blob")).toList();
      assertThat(blobs).hasSize(1);
      return blobs.get(0);
    }
  }

  /** In its middle, which is in the body of one mail. */
  private static void flipABit(Path file) throws IOException {
    byte[] octets = Files.readAllBytes(file);
    octets[octets.length / 2] ^= 1;
    Files.write(file, octets);
  }

  private void launch() throws IOException {
    Map<String, String> environment = power.environment();
    environment.put("UNSYNCED_FAULTS", scratch.resolve("faults").toString());
    server = home.launch(environment);
    home.awaitReady(server);
  }

  private void restart() throws IOException {
    assertThat(server.terminate()).as(home.tail()).isZero();
    launch();
  }

  private void submit(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      submitOne();
    }
  }

  private String submitOne() throws IOException {
    Letter letter = new Letter(ledger.nextNumber(), SIZE, List.of(Submitters.RELAYED));
    try (ClientSession session = new ClientSession(home.port())) {
      String refusal = session.begin(letter, () -> {});
      String reply = refusal.isEmpty() ? session.end() : refusal;
      if (reply.startsWith("250")) {
        accepted.add(letter.number());
      }
      return reply;
    }
  }

  private void awaitAccepted() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(sink.numbers()).containsAll(accepted));
    assertThat(sink.arrivals()).allSatisfy(StoreFaultTest::isIntact);
  }

  private static void isIntact(RecordingSink.Arrival arrival) {
    assertThat(arrival.hash()).isEqualTo(new Letter(arrival.number(), SIZE, List.of()).bodyHash());
  }
}
