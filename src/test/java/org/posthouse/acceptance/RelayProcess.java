/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.posthouse.SharedClasses;
import org.posthouse.TemporaryFiles;
import org.posthouse.cli.ControlClient;
import org.posthouse.config.Home;

/**
 * A real server in a JVM of its own. Use in a try block: whatever still runs at its end is killed.
 * Its output (the log goes there too) is kept in {@code child.log} of the home.
 */
public final class RelayProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final Path home;
  private final Path output;
  private final Process process;

  private RelayProcess(Path home, Path output, Process process) {
    this.home = home;
    this.output = output;
    this.process = process;
  }

  /** Starts {@code posthouse run} and returns at once. */
  public static RelayProcess launch(Path home, String... jvmOptions) throws IOException {
    return launch(List.of(), home, jvmOptions);
  }

  /**
   * Starts {@code posthouse run} and returns at once.
   *
   * @param prefix a command that runs the command that follows it, such as nsenter; empty for none
   */
  public static RelayProcess launch(List<String> prefix, Path home, String... jvmOptions)
      throws IOException {
    return launch(prefix, home, List.of(), jvmOptions);
  }

  /** Starts a server that takes no mail, and waits until it is ready. */
  public static RelayProcess startDeliveringOnly(Path home) throws IOException {
    return launch(List.of(), home, List.of("--deliver-only")).awaitReady();
  }

  private static RelayProcess launch(
      List<String> prefix, Path home, List<String> options, String... jvmOptions)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java(jvmOptions));
    command.addAll(List.of("org.posthouse.server.Main", "run", "--home", home.toString()));
    command.addAll(options);
    Path output = home.resolve("child.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    return new RelayProcess(home, output, process);
  }

  /** Starts the server and waits until it is ready. */
  public static RelayProcess start(Path home, String... jvmOptions) throws IOException {
    RelayProcess relay = launch(home, jvmOptions);
    try {
      return relay.awaitReady();
    } catch (RuntimeException | Error e) {
      relay.close();
      throw e;
    }
  }

  /** Runs another command of the program to its end, for instance {@code status --home …}. */
  public static Result command(String... arguments) throws IOException, InterruptedException {
    List<String> command = java();
    command.add("org.posthouse.server.Main");
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  /** What a command ended with, and what it wrote to both outputs. */
  public record Result(int exitCode, String output) {}

  private static List<String> java(String... jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add(TemporaryFiles.jvmOption());
    command.addAll(Arrays.asList(jvmOptions));
    command.addAll(SharedClasses.ofServer());
    return command;
  }

  /** Waits for the line {@code ready}; fails with the log when the process ends before. */
  public RelayProcess awaitReady() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> log().contains(" ready: ") || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(
          "the server ended with " + process.exitValue() + " before it was ready:\n" + log());
    }
    return this;
  }

  /** The port of the server that smtpserver.xml calls by this {@code jmxName}. */
  public int port(String name) {
    for (JsonNode listener : status().path("listeners")) {
      if (listener.path("name").asText().equals(name)) {
        String address = listener.path("address").asText();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      }
    }
    throw new AssertionError("no listener " + name + " in " + status());
  }

  /** What {@code posthouse status --json} answers. */
  public JsonNode status() {
    return control().ask("status");
  }

  public ControlClient control() {
    return new ControlClient(new Home(home));
  }

  /** Everything the process has written so far. */
  public String log() {
    try {
      return Files.exists(output) ? Files.readString(output) : "";
    } catch (IOException e) {
      return "";
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. */
  public RelayProcess terminate() {
    process.destroy();
    return this;
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends SIGTERM, waits for the end and gives the exit code. */
  public int stop() throws InterruptedException {
    return terminate().exitCode();
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the server still runs:\n" + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
