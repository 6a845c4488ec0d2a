/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The launcher of a clone knows every command of the program. */
class LauncherTest {
  private static final Pattern PASSED_ON = Pattern.compile("\n *([\\w |-]+)\\) run_built \"");

  @Test
  void launcherShouldPassOnEveryCommandAndTellOfIt() throws Exception {
    String launcher = Files.readString(Path.of("../posthouse"));
    Set<String> ours = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    ours.remove("try"); // which the launcher prepares
    Set<String> passedOn = passedOn(launcher);
    assertThat(passedOn).containsAll(ours);
    passedOn.removeAll(ours);
    assertThat(passedOn).containsExactly("--version");
    ours.remove("sink"); // which only tries and tests call
    String usage = launcher.substring(launcher.indexOf("Passed on"), launcher.indexOf("\nTEXT"));
    assertThat(ours).allSatisfy(name -> assertThat(usage).containsPattern("\\b" + name + "\\b"));
  }

  private static Set<String> passedOn(String launcher) {
    List<String> words = new ArrayList<>();
    Matcher line = PASSED_ON.matcher(launcher);
    while (line.find()) {
      words.addAll(List.of(line.group(1).split(" *[|] *", -1)));
    }
    return new TreeSet<>(words);
  }
}
