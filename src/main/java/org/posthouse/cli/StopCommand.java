/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code posthouse stop}: asks the server to stop and waits until its process has gone. */
@ConsoleOutput
@Command(
    name = "stop",
    description = "Stops the server in order and waits until its process has gone.",
    mixinStandardHelpOptions = true)
public final class StopCommand implements Callable<Integer> {
  /** The server promises 10 s; the rest is for a machine under load. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Mixin private HomeOption home = new HomeOption();

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    JsonNode reply = new ControlClient(home.home()).ask("stop");
    long pid = reply.path("pid").asLong();
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      awaitExit(process.get());
    }
    System.out.println("stopped (process " + pid + ")");
    return ExitCodes.OK;
  }

  private static void awaitExit(ProcessHandle process)
      throws InterruptedException, ExecutionException {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandFailure(
          ExitCodes.INTERNAL_ERROR,
          "process " + process.pid() + " still runs after " + PATIENCE.toSeconds() + " s",
          e);
    }
  }
}
