/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.queue.Entries;
import org.posthouse.queue.Held;
import org.posthouse.queue.Operations;
import org.posthouse.queue.Queues;
import org.posthouse.spool.ReadOnlySpool;
import org.posthouse.spool.Spool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse queue list}: reads the store beside whoever has it open. */
@Command(
    name = "list",
    description = "Lists queues and repositories with their sizes, or the mail in one queue.",
    mixinStandardHelpOptions = true)
final class QueueListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(arity = "0..1", paramLabel = "QUEUE", description = "Lists the mail in this queue.")
  private @Nullable String queue;

  @Option(
      names = "--aside",
      description = "Lists the mail that could not be read and was set aside.")
  private boolean aside;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many mails (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  private int limit;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  /** Sizes, as JSON shows them. */
  record Sizes(Map<String, Long> queues, Map<String, Long> repositories, int aside) {}

  @Override
  public Integer call() throws JsonProcessingException {
    if (aside && queue != null) {
      throw new CommandFailure(ExitCodes.USAGE, "--aside lists the mail of no queue");
    }
    if (limit < 0) {
      throw new CommandFailure(ExitCodes.USAGE, "--limit " + limit + " is less than none");
    }
    Path store = StoreWork.storeOf(home);
    Object answer = StoreWork.run(() -> read(store));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
    } else if (answer instanceof Sizes sizes) {
      sizes(sizes).print(out);
    } else if (answer instanceof List<?> mails) {
      mails(mails).print(out);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private Object read(Path store) {
    try (Spool spool = ReadOnlySpool.open(store)) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      Contents contents = new Contents(queues);
      if (aside) {
        return asideMails(contents);
      }
      return queue == null
          ? new Sizes(contents.queueSizes(), contents.repositorySizes(), contents.aside().size())
          : mails(contents, queue);
    }
  }

  private List<MailView> asideMails(Contents contents) {
    Entries entries = contents.queues().entries();
    return contents.aside().stream()
        .limit(limit)
        .map(found -> ReadEntry.of(found, entries).view())
        .toList();
  }

  private List<MailView> mails(Contents contents, String name) {
    if (!contents.queues().queueNames().contains(name)) {
      throw new CommandFailure(ExitCodes.USAGE, "there is no queue " + name);
    }
    List<MailView> mails = new ArrayList<>();
    var rest = contents.queue(name);
    while (mails.size() < limit && rest.hasNext()) {
      Operations.View view = rest.next();
      var found = new Contents.Found(view.id(), name, view.due(), null, null, null);
      mails.add(ReadEntry.of(found, contents.queues().entries()).view());
    }
    if (rest.hasNext()) {
      long size = contents.queues().queue(name).size();
      PrintWriter err = spec.commandLine().getErr();
      err.println("posthouse: the first " + mails.size() + " of " + size + " mails (--limit)");
      err.flush();
    }
    return mails;
  }

  private static Columns sizes(Sizes sizes) {
    Columns columns = new Columns("KIND", "MAILS", "NAME");
    sizes.queues().forEach((name, size) -> columns.row("queue", size.toString(), name));
    sizes.repositories().forEach((url, size) -> columns.row("repository", size.toString(), url));
    if (sizes.aside() > 0) {
      columns.row("aside", Integer.toString(sizes.aside()), "unreadable (--aside)");
    }
    return columns;
  }

  /** One line a mail; what may be long stands last. */
  private static Columns mails(List<?> mails) {
    Columns columns =
        new Columns(
            "ID", "NEXT ATTEMPT", "ATTEMPTS", "SIZE", "FROM", "TO", "LAST ERROR", "UNREADABLE");
    for (Object mail : mails) {
      if (mail instanceof MailView view) {
        String known = view.queueId();
        columns.row(
            known == null ? view.id() : known,
            nextAttempt(view),
            view.attemptsMade(),
            Long.toString(view.size()),
            view.reversePath() == null ? "?" : "<" + view.reversePath() + ">",
            view.forwardPaths(),
            view.errors(),
            unreadable(view));
      }
    }
    return columns;
  }

  /** Why it was set aside, and what else cannot be read now. */
  private static String unreadable(MailView view) {
    List<String> problems = view.problems() == null ? List.of() : view.problems();
    return Stream.concat(Stream.ofNullable(view.aside()), problems.stream())
        .collect(Collectors.joining("; "));
  }

  private static String nextAttempt(MailView mail) {
    String due = mail.due();
    if (due != null && Instant.parse(due).toEpochMilli() == Held.UNTIL) {
      return "held";
    }
    return due == null ? "-" : Instant.parse(due).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
