/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.posthouse.SharedClasses;
import org.posthouse.TemporaryFiles;

/** A program of this class path in a process of its own, to be killed. */
final class ChildJvm implements AutoCloseable {
  private final Process process;

  private ChildJvm(Process process) {
    this.process = process;
  }

  /** How a child is started; the command may stand under another one, such as strace. */
  static final class Builder {
    private final String mainClass;
    private final List<String> arguments;
    private List<String> under = List.of();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options = new ArrayList<>();

    Builder(String mainClass, String... arguments) {
      this.mainClass = mainClass;
      this.arguments = List.of(arguments);
    }

    /** A program that replaces itself with the command after its own arguments. */
    Builder under(List<String> prefix) {
      under = prefix;
      return this;
    }

    Builder with(Map<String, String> more) {
      environment.putAll(more);
      return this;
    }

    Builder option(String option) {
      options.add(option);
      return this;
    }

    /** Starts it; both its outputs go to {@code log}. */
    ChildJvm start(Path log) throws IOException {
      return new ChildJvm(builder(log).redirectOutput(appendTo(log)).start());
    }

    /** Starts it; its standard output goes to the caller, who must read it. */
    ChildJvm startHeard(Path log) throws IOException {
      return new ChildJvm(builder(log).start());
    }

    private ProcessBuilder builder(Path log) {
      List<String> command = new ArrayList<>(under);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add(TemporaryFiles.jvmOption());
      command.addAll(options);
      // A short life: quick to start matters more than quick later.
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
      command.add("-Xmx256m");
      command.addAll(SharedClasses.ofTests());
      command.add(mainClass);
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(appendTo(log));
      builder.environment().putAll(environment);
      return builder;
    }

    private static ProcessBuilder.Redirect appendTo(Path log) {
      return ProcessBuilder.Redirect.appendTo(log.toFile());
    }
  }

  InputStream output() {
    return process.getInputStream();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.toHandle().destroyForcibly(); // Process.destroyForcibly would close the output, too
    awaitEnd();
  }

  /** Asks it to end as an administrator does; returns its exit code. */
  int terminate() {
    process.toHandle().destroy();
    return awaitEnd();
  }

  int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("process " + process.pid() + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
