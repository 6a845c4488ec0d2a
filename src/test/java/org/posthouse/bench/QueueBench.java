/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.posthouse.spool.Spool;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The queue alone: full life cycles a second (accept synced, move to outgoing, read, remove). */
@Command(name = "queue", mixinStandardHelpOptions = true, description = "Measures the queue alone.")
public final class QueueBench implements Callable<Integer> {
  private static final double TARGET_PER_SECOND = 5_000;

  @Option(names = "--store", required = true, description = "An empty directory for the store.")
  private Path store;

  @Option(names = "--size", defaultValue = "4096", description = "Octets of a mail.")
  private int size;

  @Option(names = "--producers", split = ",", defaultValue = "1,8,64,128")
  private List<Integer> producers;

  @Option(names = "--consumers", defaultValue = "32", description = "Threads behind each queue.")
  private int consumers;

  @Option(names = "--mails", defaultValue = "40000", description = "Mails of a round.")
  private int mails;

  @Option(names = "--rounds", defaultValue = "3")
  private int rounds;

  public static void main(String[] args) {
    System.exit(new CommandLine(new QueueBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(store)) {
      LifeCycle cycle =
          new LifeCycle(queues.queue("spool"), queues.queue("outgoing"), new BenchMails(size));
      cycle.run(mails, 64, consumers);
      System.out.printf(
          Locale.ROOT,
          "%d octets a mail, %d consumers behind each queue, warm; min / median / max%n",
          size,
          consumers);
      System.out.printf(
          Locale.ROOT,
          "| producers | accepted/s | life cycles/s | syncs/s | mails per sync | CPU ms a mail |%n");
      System.out.printf(Locale.ROOT, "| --- | --- | --- | --- | --- | --- |%n");
      for (int threads : producers) {
        measure(queues, cycle, threads);
      }
      System.out.printf(
          Locale.ROOT,
          "target: %.0f life cycles a second with 64 producers at 4096 octets%n",
          TARGET_PER_SECOND);
    }
    return 0;
  }

  private void measure(QueueUnderTest queues, LifeCycle cycle, int threads) throws Exception {
    // One producer waits for each sync alone: fewer mails keep its rounds as long as the others'.
    int count = Math.max(1000, mails * Math.min(threads, 8) / 8);
    List<LifeCycle.Round> done = new ArrayList<>();
    Spool.Counters before = queues.counters();
    double cpu = cpuMillis();
    double seconds = 0;
    for (int i = 0; i < rounds; i++) {
      done.add(cycle.run(count, threads, consumers));
      seconds += done.get(i).totalSeconds();
    }
    long syncs = queues.counters().syncs() - before.syncs();
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %s | %.0f | %.1f | %.2f |%n",
        threads,
        spread(done, LifeCycle.Round::acceptedPerSecond),
        spread(done, LifeCycle.Round::cyclesPerSecond),
        syncs / seconds,
        (double) count * rounds / Math.max(1, syncs),
        (cpuMillis() - cpu) / count / rounds);
  }

  /** CPU that this process has used so far: unlike a rate it holds on a busy machine too. */
  static double cpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
  }

  private static String spread(
      List<LifeCycle.Round> rounds, ToDoubleFunction<LifeCycle.Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%.0f / %.0f / %.0f",
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length - 1]);
  }
}
