/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.spool.StoreFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code posthouse queue restore}. The copy is complete and synced before it takes the store's
 * name; what had the name is moved aside, never deleted.
 */
@Command(
    name = "restore",
    description = "Puts a backup in the place of the store. The server must not run.",
    mixinStandardHelpOptions = true)
final class QueueRestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "What `queue backup` or `queue rescue` wrote.")
  private Path directory = Path.of("");

  @Option(names = "--force", description = "Moves a store that is there aside.")
  private boolean force;

  @Override
  public Integer call() {
    StoreWork.requireOwner(home);
    String summary = StoreWork.run(() -> restore(StoreWork.storeOf(home)));
    PrintWriter out = spec.commandLine().getOut();
    out.println(summary);
    out.flush();
    return ExitCodes.OK;
  }

  private String restore(Path store) throws IOException {
    Files.createDirectories(store);
    Closeable lock = StoreFiles.lock(store);
    try {
      boolean empty = !StoreFiles.isStore(store);
      if (!empty && !force) {
        throw new CommandFailure(
            ExitCodes.CANNOT_CREATE, store + " holds a store; --force moves it aside");
      }
      String count = QueueBackupCommand.count(directory);
      Path before = replace(store, empty);
      return store + ": " + count + (before == null ? "" : "; what was there is now " + before);
    } finally {
      lock.close();
    }
  }

  private @Nullable Path replace(Path store, boolean empty) throws IOException {
    Path parent = store.resolveSibling(".");
    Path copy = Files.createTempDirectory(parent, ".restore");
    try {
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
      StoreFiles.copy(directory, copy);
    } catch (IOException e) {
      StoreFiles.deleteAll(copy);
      throw e;
    }
    Path before = empty ? null : freeName(store);
    if (before == null) {
      StoreFiles.deleteAll(store);
    } else {
      Files.move(store, before);
    }
    Files.move(copy, store);
    StoreFiles.sync(parent);
    return before;
  }

  private static Path freeName(Path store) {
    int number = 1;
    while (Files.exists(store.resolveSibling("spool.before-restore-" + number))) {
      number++;
    }
    return store.resolveSibling("spool.before-restore-" + number);
  }
}
