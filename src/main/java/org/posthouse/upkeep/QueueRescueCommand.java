/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.james.queue.StoredContent;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Rescue;
import org.posthouse.spool.DamagedSpool;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.StoreFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse queue rescue}: saves what can be read of a damaged store. */
@Command(
    name = "rescue",
    description = {
      "Saves what can be read of a damaged store, which stays as it is.",
      "DIR/spool becomes a store with every mail that is whole (see `queue restore`);",
      "DIR/partial gets what can be read of the others, as `queue export` writes it."
    },
    mixinStandardHelpOptions = true)
final class QueueRescueCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "A directory that does not exist yet.")
  private Path directory = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "STORE",
      description = "The damaged store (default: the home's).")
  private @Nullable Path from;

  @Option(
      names = "--doubtful",
      description = "Also takes mail into the new store that may have been delivered already.")
  private boolean doubtful;

  @Override
  public Integer call() {
    Path store = from == null ? StoreWork.storeOf(home) : from;
    return StoreWork.run(() -> rescue(store));
  }

  private int rescue(Path store) throws IOException {
    StoreFiles.requireStore(store);
    if (Files.exists(directory)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    StoreFiles.requireUnused(store);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SpoolConfiguration target = SpoolConfiguration.in(directory.resolve("spool")).withReserve(0);
    try (DamagedSpool damaged = DamagedSpool.open(store, directory);
        Spool fresh = RocksSpool.open(target, Clock.systemUTC())) {
      Rescue.Outcome outcome = new Rescue(damaged, fresh, StoredContent::read, doubtful).run();
      long partial = exportLeft(damaged, outcome);
      report(damaged, outcome, partial);
      boolean all =
          outcome.left().isEmpty() && damaged.unreadableOctets() == 0 && !damaged.hasGaps();
      return all ? ExitCodes.OK : ExitCodes.INTERNAL_ERROR;
    }
  }

  private long exportLeft(DamagedSpool damaged, Rescue.Outcome outcome) throws IOException {
    if (outcome.left().isEmpty()) {
      return 0;
    }
    Export export =
        new Export(new Queues(damaged, Clock.systemUTC()), directory.resolve("partial"));
    long partial = 0;
    for (Rescue.Left left : outcome.left()) {
      Contents.Found found = new Contents.Found(left.id(), null, 0, null, null, null);
      ReadEntry entry = export.read(found);
      entry.problem(left.reason());
      export.write(found, entry);
      if (entry.content().isPresent() || entry.entry().isPresent()) {
        partial++;
      }
    }
    return partial;
  }

  private void report(DamagedSpool damaged, Rescue.Outcome outcome, long partial) {
    PrintWriter err = spec.commandLine().getErr();
    damaged.problems().forEach(problem -> err.println("posthouse: " + problem));
    outcome.left().forEach(left -> err.println("posthouse: " + left.id() + ": " + left.reason()));
    err.flush();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        outcome.copied()
            + " mails rescued, "
            + partial
            + " in part or in doubt, "
            + (outcome.left().size() - partial)
            + " lost");
    if (damaged.hasGaps()) {
      out.println(
          "parts of tables are missing or cannot be read; mail that stood only there is not counted");
    }
    if (damaged.unreadableOctets() > 0) {
      out.println(
          damaged.damagedLogs()
              + " damaged logs, of which "
              + damaged.unreadableOctets()
              + " octets cannot be read; mail that stood only there is not counted");
    }
    out.flush();
  }
}
