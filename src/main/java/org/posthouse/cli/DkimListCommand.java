/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.posthouse.signing.TableReading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code posthouse dkim list}: one key a line. */
@Command(
    name = "list",
    description =
        "List the keys: whose mail they sign, as which domain, selector, kind, whether they are"
            + " active, from when and until when, file.",
    mixinStandardHelpOptions = true)
final class DkimListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  @Override
  public Integer call() {
    DkimHome files = new DkimHome(home.home(), Clock.systemUTC());
    TableReading reading = files.read(spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    ArrayNode array = new ObjectMapper().createArrayNode();
    DkimKeyLine.all(reading.table().domains(), files.clock().instant())
        .forEach(
            line -> {
              if (json) {
                line.fill(array.addObject(), files.conf());
              } else {
                out.println(line.plain(files.conf()));
              }
            });
    if (json) {
      out.println(array);
    }
    out.flush();
    return ExitCodes.OK;
  }
}
