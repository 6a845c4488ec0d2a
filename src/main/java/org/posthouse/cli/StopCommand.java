/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.posthouse.config.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Option(
      names = "--drain",
      description =
          "Closes the doors first, and stops when all that is left in the queues waits for another"
              + " attempt. `posthouse run --deliver-only` goes on with that.")
  private boolean drain;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "1 h",
      description = "How long --drain may take (default: ${DEFAULT-VALUE}).")
  private String within = "1 h";

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    ControlClient client = new ControlClient(home.home());
    JsonNode reply = drain ? drain(client) : client.ask("stop");
    long pid = reply.path("pid").asLong();
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      awaitExit(process.get());
    }
    System.out.println("stopped (process " + pid + ")");
    return ExitCodes.OK;
  }

  private JsonNode drain(ControlClient client) {
    Duration limit = limit();
    JsonNode reply =
        client.ask(limit.plus(PATIENCE.multipliedBy(3)), "drain", "" + limit.toSeconds());
    reply
        .path("left")
        .fields()
        .forEachRemaining(
            queue ->
                System.out.println("left in queue " + queue.getKey() + ": " + queue.getValue()));
    if (reply.path("timeWasUp").asBoolean()) {
      System.out.println(
          "the time was up ("
              + within
              + "): some of it could still have gone; --within gives more");
    }
    return reply;
  }

  private Duration limit() {
    try {
      return TimeSpan.parse(within);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, "--within: " + e.getMessage(), e);
    }
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
