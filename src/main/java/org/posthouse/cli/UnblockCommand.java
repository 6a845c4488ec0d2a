/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code posthouse identity unblock}: asks the running server. */
@ConsoleOutput
@Command(
    name = "unblock",
    description = "Listen again to a client or login, and forget its wrong logins until now.",
    mixinStandardHelpOptions = true)
final class UnblockCommand implements Callable<Integer> {
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "WHO",
      description =
          "What the log has behind 'of=': an address, a network, a login (and all its places), or a"
              + " login and its network with a comma; the whole of it.")
  private List<String> names = List.of();

  @Override
  public Integer call() {
    ControlClient client = new ControlClient(home.home());
    int result = ExitCodes.OK;
    for (String name : names) {
      JsonNode ended = client.ask("blocks", URLEncoder.encode(name, UTF_8));
      for (JsonNode block : ended) {
        System.out.println(
            "unblocked " + block.path("scope").asText() + " " + block.path("of").asText());
      }
      if (ended.isEmpty()) {
        System.err.println("posthouse: there is no block of '" + name + "'");
        result = ExitCodes.UNAVAILABLE;
      }
    }
    int left = client.ask("blocks").size();
    if (left > 0) {
      System.err.println("posthouse: blocks that stay, by posthouse identity blocks: " + left);
    }
    return result;
  }
}
