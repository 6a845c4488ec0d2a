/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.posthouse.config.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthouse identity blocks}: asks the running server. */
@ConsoleOutput
@Command(
    name = "blocks",
    description = "List who is not listened to for a while because of wrong logins.",
    mixinStandardHelpOptions = true)
final class BlocksCommand implements Callable<Integer> {
  @Mixin private HomeOption home = new HomeOption();

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  @Override
  public Integer call() {
    JsonNode blocks = new ControlClient(home.home()).ask("blocks");
    if (json) {
      System.out.println(blocks);
      return ExitCodes.OK;
    }
    for (JsonNode block : blocks) {
      Duration left = Duration.ofSeconds(block.path("seconds").asLong());
      System.out.println(
          block.path("scope").asText()
              + " "
              + block.path("of").asText()
              + " left="
              + TimeSpan.text(left));
    }
    return ExitCodes.OK;
  }
}
