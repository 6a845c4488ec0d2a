/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.posthouse.config.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthouse status}: what the running server says of itself. */
@ConsoleOutput
@Command(
    name = "status",
    description = "Says whether the server runs, where it listens and what it holds.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  @Mixin private HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Prints the server's answer as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    JsonNode status = new ControlClient(home.home()).ask("status");
    System.out.println(json ? status.toPrettyString() : describe(status));
    return ExitCodes.OK;
  }

  private static String describe(JsonNode status) {
    StringBuilder text = new StringBuilder();
    Duration uptime = Duration.ofSeconds(status.path("uptimeSeconds").asLong());
    line(text, "state", status.path("state").asText() + " for " + TimeSpan.text(uptime));
    line(text, "version", status.path("version").asText());
    line(text, "James", status.path("jamesVersion").asText());
    line(text, "process", status.path("pid").asText());
    line(text, "home", status.path("home").asText());
    for (JsonNode listener : status.path("listeners")) {
      line(
          text,
          "listens",
          listener.path("address").asText() + " (" + listener.path("name").asText() + ")");
    }
    for (Map.Entry<String, JsonNode> queue : status.path("queues").properties()) {
      line(text, "queue", queue.getKey() + ": " + queue.getValue().asText());
    }
    JsonNode store = status.path("store");
    line(text, "store", store(store));
    if (store.has("aside")) {
      line(
          text,
          "aside",
          store.path("aside").asText() + " unreadable (posthouse queue list --aside)");
    }
    return text.toString().stripTrailing();
  }

  private static String store(JsonNode store) {
    String state = store.path("state").asText();
    return store.has("reason")
        ? state + ": " + store.path("reason").asText() + " since " + store.path("since").asText()
        : state;
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name)
        .append(" ".repeat(Math.max(1, 10 - name.length())))
        .append(value)
        .append('\n');
  }
}
