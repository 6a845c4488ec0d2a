/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Looks at the system calls of a server that takes mail in parallel: sync first, then 250. */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT) // with all others
class SyncOrderTest {
  private static final int SESSIONS = 8;
  private static final int MAILS_EACH = 8;
  private static final int BODY_SIZE = 2_000;
  private static final List<String> STRACE =
      List.of(
          "strace",
          "-f",
          "-D",
          "-qq",
          "-ttt",
          "-y",
          "-s",
          "65536",
          "-e",
          "trace=write,pwrite64,writev,pwritev,sendto,sendmsg,fsync,fdatasync",
          "-o");

  @TempDir Path scratch;

  @Test
  void replyShouldFollowTheSyncOfEachMail() throws Exception {
    Tools.requireTracing();
    Path trace = scratch.resolve("trace");
    Ledger ledger = new Ledger();
    try (RecordingSink sink = new RecordingSink()) {
      FaultyHome home = new FaultyHome(scratch.resolve("home"), sink.port());
      List<String> strace = new ArrayList<>(STRACE);
      strace.add(trace.toString());
      try (ChildJvm server = home.server(Map.of()).under(strace).start(home.output())) {
        home.awaitReady(server);
        submitFromAll(home.port(), ledger);
        server.terminate();
      }
      Map<SyncOrder.Verdict, Integer> verdicts = judge(trace, home.store(), ledger);
      Report.say("of %s mails: %s", ledger.offers().size(), verdicts);
      assertThat(verdicts).doesNotContainKey(SyncOrder.Verdict.REPLIED_TOO_EARLY);
      assertThat(verdicts.getOrDefault(SyncOrder.Verdict.IN_ORDER, 0))
          .as("mails that the trace decides on")
          .isGreaterThanOrEqualTo(SESSIONS * MAILS_EACH * 8 / 10);
    }
  }

  private static void submitFromAll(int port, Ledger ledger) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
    try {
      List<Future<?>> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(
            threads.submit(
                () -> {
                  submit(port, ledger);
                  return ledger;
                }));
      }
      for (Future<?> session : sessions) {
        session.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void submit(int port, Ledger ledger) throws IOException {
    try (ClientSession session = new ClientSession(port)) {
      for (int i = 0; i < MAILS_EACH; i++) {
        Letter letter = new Letter(ledger.nextNumber(), BODY_SIZE, List.of(Submitters.RELAYED));
        assertThat(session.begin(letter, () -> {})).isEmpty();
        ledger.answered(letter, session.end());
      }
    }
  }

  private static Map<SyncOrder.Verdict, Integer> judge(Path trace, Path store, Ledger ledger)
      throws IOException {
    List<String> lines = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
    SyncOrder order = new SyncOrder(StraceLog.parse(lines), store.toString());
    Map<SyncOrder.Verdict, Integer> verdicts = new EnumMap<>(SyncOrder.Verdict.class);
    for (Ledger.Offer offer : ledger.offers()) {
      verdicts.merge(order.of(offer), 1, Integer::sum);
    }
    return verdicts;
  }
}
