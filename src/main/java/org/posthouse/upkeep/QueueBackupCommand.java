/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.queue.Queues;
import org.posthouse.spool.ReadOnlySpool;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.StoreFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse queue backup}: a checkpoint, made by the server when one runs. */
@Command(
    name = "backup",
    description = "Writes a consistent copy of the store, also while the server runs.",
    mixinStandardHelpOptions = true)
final class QueueBackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "A directory that does not exist yet.")
  private Path directory = Path.of("");

  @Override
  public Integer call() {
    String summary = StoreWork.run(this::backup);
    PrintWriter out = spec.commandLine().getOut();
    out.println(summary);
    out.flush();
    return ExitCodes.OK;
  }

  private String backup() throws IOException {
    if (Files.exists(directory)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    StoreWork.requireOwner(home);
    boolean running = new RunningServer(home.home()).backup(directory);
    if (!running) {
      backupClosed(StoreWork.storeOf(home));
    }
    return directory
        + ": "
        + count(directory)
        + (running ? ", from the running server" : ", no server runs");
  }

  private void backupClosed(Path store) throws IOException {
    StoreFiles.requireStore(store);
    SpoolConfiguration configuration = SpoolConfiguration.in(store).withReserve(0);
    try (Spool spool = RocksSpool.open(configuration, Clock.systemUTC())) {
      StoreFiles.backup(spool, directory);
    }
  }

  /** Opens the copy: a backup that cannot be read is none. */
  static String count(Path store) {
    try (ReadOnlySpool spool = ReadOnlySpool.open(store)) {
      spool.verify();
      Contents contents = new Contents(new Queues(spool, Clock.systemUTC()));
      return sum(contents.queueSizes())
          + " mails in queues, "
          + sum(contents.repositorySizes())
          + " in repositories";
    }
  }

  private static long sum(java.util.Map<String, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }
}
