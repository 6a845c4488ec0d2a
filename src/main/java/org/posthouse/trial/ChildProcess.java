/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;

/** A command of Posthouse in a process of its own, its output in a file. */
final class ChildProcess {
  private static final Duration STEP = Duration.ofMillis(50);

  private final String name;
  private final Process process;
  private final Path output;

  private ChildProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /** Starts {@code posthouse ARGUMENTS} as this process itself was started. */
  static ChildProcess start(String name, Path output, String... arguments) throws IOException {
    List<String> command = launcher();
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return new ChildProcess(name, builder.start(), output);
  }

  /** The distribution's launcher; where there is none (an IDE), this JVM's own class path. */
  private static List<String> launcher() {
    String distribution = System.getProperty("posthouse.distribution");
    if (distribution != null) {
      return new ArrayList<>(List.of(distribution + "/bin/posthouse"));
    }
    return new ArrayList<>(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("java.class.path"),
            "org.posthouse.server.Main"));
  }

  /**
   * Waits until something holds.
   *
   * @return false if it did not hold in time
   * @throws CommandFailure if the process ended before
   */
  boolean await(Duration patience, BooleanSupplier condition)
      throws InterruptedException, IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (process.waitFor(STEP.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CommandFailure(
            ExitCodes.UNAVAILABLE,
            String.format(
                Locale.ROOT,
                "%s ended with exit code %d; the end of %s:%n%s",
                name,
                process.exitValue(),
                output,
                tail()));
      }
      if (System.nanoTime() > end) {
        return false;
      }
    }
    return true;
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean stop(Duration patience) throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return ended;
  }

  String tail() throws IOException {
    List<String> lines = Files.readString(output).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }
}
