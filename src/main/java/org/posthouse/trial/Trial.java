/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ControlClient;
import org.posthouse.cli.ExitCodes;

/** One mail from a client through a relay to the next server, each in a process of its own. */
final class Trial {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ARRIVAL = Duration.ofSeconds(30);
  private static final Duration LOG = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(15);

  /**
   * What happened.
   *
   * @param arrived every mail the next server got
   * @param startMillis from the start of the relay's process to its readiness
   * @param arrivalMillis from the client's first octet to the next server's 250
   */
  record Outcome(
      Submission submission,
      List<ArrivedMail> arrived,
      MailLog log,
      String dkimRecord,
      long startMillis,
      long arrivalMillis) {}

  private final TrialHome home;
  private final TrialPlan plan;
  private final TrialHome.Keys keys;
  private final ChildProcess sink;
  private final ChildProcess relay;

  private Trial(
      TrialHome home, TrialPlan plan, TrialHome.Keys keys, ChildProcess sink, ChildProcess relay) {
    this.home = home;
    this.plan = plan;
    this.keys = keys;
    this.sink = sink;
    this.relay = relay;
  }

  /** Starts both servers in a home that was cleared; they run when this returns or fails. */
  static Trial start(TrialHome home, TrialPlan plan) throws IOException, GeneralSecurityException {
    TrialHome.Keys keys = home.prepare(plan); // may fail: nothing runs yet
    ChildProcess sink =
        ChildProcess.start(
            "next-server",
            home.home().logs().resolve("next-server.out"),
            "sink",
            "--directory",
            home.sinkDirectory().toString(),
            "--port",
            String.valueOf(plan.nextPort()));
    TrialState.write(home.mark(), plan, sink);
    ChildProcess relay =
        ChildProcess.start(
            "relay",
            home.home().logs().resolve("relay.out"),
            "run",
            "--home",
            home.home().root().toString());
    TrialState.write(home.mark(), plan, sink, relay);
    return new Trial(home, plan, keys, sink, relay);
  }

  /** Waits for both servers, sends the mail and waits until it went through. */
  Outcome run() throws IOException, InterruptedException, GeneralSecurityException {
    long start = System.nanoTime();
    require(sink.await(START, () -> Files.exists(port())), "the next server does not start");
    require(relay.await(START, this::isReady), "the relay is not ready after 60 s");
    long ready = System.nanoTime();
    Submission submission = Submission.send(plan, keys.tls().clientContext().getSocketFactory());
    long arrival = ready;
    if (!submission.queueId().isEmpty()) {
      sink.await(ARRIVAL, () -> !arrivals().isEmpty());
      arrival = System.nanoTime();
      relay.await(LOG, () -> log(submission).isDelivered());
    }
    return new Outcome(
        submission,
        arrivals().stream().map(Trial::read).toList(),
        log(submission),
        keys.dkimRecord(),
        millis(start, ready),
        millis(ready, arrival));
  }

  /** False if a process had to be killed. */
  boolean stop() throws InterruptedException {
    boolean relayStopped = relay.stop(STOP);
    return sink.stop(STOP) && relayStopped;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CommandFailure(ExitCodes.UNAVAILABLE, otherwise);
    }
  }

  private Path port() {
    return home.sinkDirectory().resolve("port");
  }

  private boolean isReady() {
    try {
      JsonNode status = new ControlClient(home.home()).ask("status");
      return status.path("state").asText().equalsIgnoreCase("running");
    } catch (CommandFailure e) {
      return false;
    }
  }

  private List<Path> arrivals() {
    try {
      return ArrivedMail.files(home.sinkDirectory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArrivedMail read(Path file) {
    try {
      return ArrivedMail.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MailLog log(Submission submission) {
    try {
      return MailLog.of(home.log(), submission.queueId());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long millis(long from, long to) {
    return Duration.ofNanos(to - from).toMillis();
  }
}
