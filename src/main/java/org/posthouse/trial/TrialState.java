/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The file that marks a scratch home: its ports and user, and the processes that work in it. */
record TrialState(Properties properties) {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  static TrialState read(Path file) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
    }
    return new TrialState(properties);
  }

  static void write(Path file, TrialPlan plan, ChildProcess... children) throws IOException {
    Properties properties = plan.properties();
    for (ChildProcess child : children) {
      properties.setProperty("process." + child.name(), child.pid() + " " + start(child.pid()));
    }
    StringWriter text = new StringWriter();
    properties.store(
        text, "The scratch home of a trial; ./posthouse try --stop ends its processes");
    SelfSigned.writeSecret(file, text.toString());
  }

  /**
   * Ends the processes that still run, in order: the relay drains while the next server is there.
   *
   * @return how many there were
   */
  int stopAll() {
    int stopped = 0;
    for (String name : new String[] {"relay", "next-server"}) {
      Optional<ProcessHandle> process = process(properties.getProperty("process." + name, ""));
      if (process.isPresent() && process.get().destroy()) {
        stopped++;
        awaitExit(process.get());
      }
    }
    return stopped;
  }

  private static void awaitExit(ProcessHandle process) {
    try {
      process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
    }
  }

  /** A process id may have been given to another process since: the time of its start tells. */
  private static Optional<ProcessHandle> process(String idAndStart) {
    String[] parts = idAndStart.split(" ", 2);
    if (parts.length < 2) {
      return Optional.empty();
    }
    long pid = Long.parseLong(parts[0]);
    return ProcessHandle.of(pid).filter(handle -> start(pid).equals(parts[1]));
  }

  private static String start(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(handle -> handle.info().startInstant())
        .map(Instant::toString)
        .orElse("unknown");
  }
}
