/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.posthouse.config.FileFailure;
import org.posthouse.identity.KeptKey;
import org.posthouse.identity.Pseudonyms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse identity pseudonym}: reads the server's key, and never makes one. */
@Command(
    name = "pseudonym",
    description =
        "Print what stands for an identity in the Received field of doors with <hideClient>; without"
            + " a name, for each user of conf/users. To find whose one is, look for it in this, or"
            + " in the log as 'pseudonym='.",
    mixinStandardHelpOptions = true)
final class PseudonymCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UserFileOption users = new UserFileOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "An identity as the log calls it behind 'as=', such as a login.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  @Override
  public Integer call() {
    Path var = users.home.home().var();
    try {
      Optional<Pseudonyms> given = Pseudonyms.given(var);
      if (given.isEmpty()) {
        return UserCommand.fail(
            spec.commandLine(),
            UserCommand.BAD_CONFIGURATION,
            "there is no " + var.resolve(KeptKey.PSEUDONYMS) + ": a server makes it as it starts");
      }
      print(given.get(), names.isEmpty() ? ofUsers() : names);
      return ExitCodes.OK;
    } catch (AccessDeniedException e) {
      return UserCommand.denied(spec.commandLine(), e);
    } catch (IOException e) {
      return UserCommand.fail(
          spec.commandLine(), UserCommand.BAD_CONFIGURATION, FileFailure.text(e));
    }
  }

  private List<String> ofUsers() throws IOException {
    return users.file().read().users().stream().map(user -> user.name().toString()).toList();
  }

  private void print(Pseudonyms given, List<String> all) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = new ObjectMapper().createArrayNode();
      all.forEach(name -> array.addObject().put("identity", name).put("pseudonym", given.of(name)));
      out.println(array);
    } else {
      all.forEach(name -> out.println(name + " " + given.of(name)));
    }
    out.flush();
  }
}
