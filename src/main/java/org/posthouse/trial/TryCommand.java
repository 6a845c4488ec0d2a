/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.Home;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code posthouse try}: shows the whole relay at work on one mail. */
@Command(
    name = "try",
    description = {
      "Starts a relay on free loopback ports with a scratch home, sends it one mail with a real"
          + " client, and shows the mail as the next server got it.",
      "Ends with 0 only if everything held."
    },
    mixinStandardHelpOptions = true)
public final class TryCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = {
        "The scratch home, made anew each time. By default a temporary directory, which is removed"
            + " when everything held and --keep is not given."
      })
  private @Nullable Path directory;

  @Option(names = "--keep", description = "Leaves the relay and the next server running.")
  private boolean keep;

  @Option(names = "--stop", description = "Stops what --keep left running in this home.")
  private boolean stop;

  @Option(names = "--prepare", hidden = true, description = "Only lays the scratch home out.")
  private boolean prepare;

  @Option(names = "--next-port", hidden = true, description = "With --prepare: the next server.")
  private int nextPort;

  @Override
  public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
    TrialHome home = new TrialHome(new Home(scratch()));
    int stopped = TrialState.read(home.mark()).stopAll();
    if (stop) {
      say("stopped " + stopped + " processes");
      if (Files.exists(home.mark())) {
        say("the scratch home stays, with its log and mails: " + home.home().root());
      }
      return ExitCodes.OK;
    }
    if (stopped > 0) {
      say("stopped the trial that --keep had left running in this home; the new one replaces it");
    }
    home.clear();
    TrialPlan plan = TrialPlan.make();
    if (prepare) {
      TrialPlan towards = plan.towards(nextPort);
      home.prepare(towards);
      TrialState.write(home.mark(), towards);
      return ExitCodes.OK;
    }
    return run(home, plan);
  }

  private int run(TrialHome home, TrialPlan plan)
      throws IOException, GeneralSecurityException, InterruptedException {
    boolean colour = Boolean.getBoolean("posthouse.terminal") && System.getenv("NO_COLOR") == null;
    TrialReport report = new TrialReport(spec.commandLine().getOut(), colour);
    boolean passing = directory == null && !keep;
    TrialStory story = new TrialStory(report, home, plan, passing);
    story.begin();
    Trial trial = Trial.start(home, plan);
    boolean leave = false;
    try {
      story.tell(trial.run());
      leave = keep && report.isSuccess();
    } finally {
      if (!leave) {
        report.check("relay and next server stopped in order", trial.stop());
      }
    }
    story.end(leave);
    if (passing && report.isSuccess()) {
      home.remove();
    }
    return report.isSuccess() ? ExitCodes.OK : FAILED;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private Path scratch() throws IOException {
    if (directory != null) {
      return directory;
    }
    if (stop) {
      throw new CommandFailure(ExitCodes.USAGE, "--stop needs the --home of the trial");
    }
    return Files.createTempDirectory("posthouse-try-");
  }
}
