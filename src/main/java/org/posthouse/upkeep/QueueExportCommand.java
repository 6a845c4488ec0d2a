/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.queue.Queues;
import org.posthouse.spool.ReadOnlySpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.StoreFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code posthouse queue export}. Beside a running server it reads a checkpoint made for it, so
 * that no body is deleted under its hands.
 */
@Command(
    name = "export",
    description =
        "Writes mail as files: QUEUEID-ENTRY.eml, octet by octet, and the envelope as .json.",
    mixinStandardHelpOptions = true)
final class QueueExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "Where to; created when there is none.")
  private Path directory = Path.of("");

  @Option(names = "--queue", paramLabel = "NAME", description = "Only mail in this queue.")
  private @Nullable String queue;

  @Option(names = "--repository", paramLabel = "URL", description = "Only mail kept in this one.")
  private @Nullable String repository;

  @Option(names = "--id", paramLabel = "ID", description = "Only the mail of this id.")
  private @Nullable String id;

  private long written;
  private long damaged;

  @Override
  public Integer call() {
    StoreWork.run(
        () -> {
          exportFrom(StoreWork.storeOf(home));
          return true;
        });
    PrintWriter out = spec.commandLine().getOut();
    out.println(written + " mails exported, of these " + damaged + " not whole");
    out.flush();
    return damaged == 0 ? ExitCodes.OK : ExitCodes.INTERNAL_ERROR;
  }

  private void exportFrom(Path store) throws IOException {
    StoreFiles.requireStore(store);
    StoreWork.requireOwner(home);
    Path nest = Files.createTempDirectory(store.resolveSibling("."), ".export");
    try {
      Path checkpoint = nest.resolve("store");
      boolean running = new RunningServer(home.home()).backup(checkpoint);
      export(running ? checkpoint : store);
    } finally {
      StoreFiles.deleteAll(nest);
    }
  }

  private void export(Path store) throws IOException {
    try (Spool spool = ReadOnlySpool.open(store)) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      Contents contents = new Contents(queues);
      requireQueue(queues);
      Optional<String> url = repository(queues);
      Export export = new Export(queues, directory);
      try {
        export(contents, url, found -> write(export, found));
      } catch (RuntimeException e) {
        export.undoDirectory();
        throw e;
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void export(Contents contents, Optional<String> url, Consumer<Contents.Found> use) {
    if (queue != null) {
      contents.eachInQueue(queue, use);
    }
    url.ifPresent(known -> contents.eachInRepository(known, use));
    if (queue == null && url.isEmpty()) {
      contents.each(use);
    }
    if (id != null && written == 0) {
      throw new CommandFailure(ExitCodes.USAGE, "there is no mail " + id);
    }
  }

  private void requireQueue(Queues queues) {
    if (queue != null && !queues.queueNames().contains(queue)) {
      throw new CommandFailure(ExitCodes.USAGE, "there is no queue " + queue);
    }
  }

  /** The repository as the store calls it: James drops the slash that URLs in conf/ end with. */
  private Optional<String> repository(Queues queues) {
    if (repository == null) {
      return Optional.empty();
    }
    String wanted = withoutSlash(repository);
    Optional<String> known =
        queues.repositoryUrls().stream().filter(url -> withoutSlash(url).equals(wanted)).findAny();
    if (known.isEmpty()) {
      throw new CommandFailure(ExitCodes.USAGE, "there is no repository " + repository);
    }
    return known;
  }

  private static String withoutSlash(String url) {
    return url.replaceAll("/+$", "");
  }

  private void write(Export export, Contents.Found found) {
    ReadEntry entry = export.read(found);
    if (id != null && !entry.isCalled(id)) {
      return;
    }
    try {
      written++;
      if (!export.write(found, entry)) {
        damaged++;
        PrintWriter err = spec.commandLine().getErr();
        err.println("posthouse: " + found.id() + ": " + String.join("; ", entry.problems()));
        err.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
