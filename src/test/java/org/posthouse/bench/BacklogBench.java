/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A large backlog: what it takes to build, open, drain, and operate on it. */
@Command(
    name = "backlog",
    mixinStandardHelpOptions = true,
    description = "Measures a large backlog.")
public final class BacklogBench implements Callable<Integer> {
  private static final long LIMIT_SECONDS = 900;

  @Option(names = "--store", required = true, description = "An empty directory for the store.")
  private Path store;

  @Option(names = "--size", defaultValue = "4096", description = "Octets of a mail.")
  private int size;

  @Option(names = "--mails", defaultValue = "1000000", description = "Mails of the backlog.")
  private int mails;

  @Option(
      names = "--sample",
      defaultValue = "20000",
      description = "Mails of each of the nine rounds of a dequeue rate.")
  private int sample;

  @Option(names = "--threads", defaultValue = "64")
  private int threads;

  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;
  private static final int PAUSE_MILLIS = 200;
  private static final double IDLE_MILLIS = 20;

  private BenchMails source;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BacklogBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    source = new BenchMails(size);
    Path backlog = store.resolve("backlog");
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(backlog)) {
      warmUp(queues);
      enqueue(queues);
    }
    try (QueueUnderTest other = QueueUnderTest.openQueueFactory(store.resolve("empty"))) {
      measure(backlog, other);
    }
    System.out.printf(
        Locale.ROOT, "peak heap: %.0f MB of at most %.0f MB%n", peakHeap() / 1e6, maxHeap() / 1e6);
    return 0;
  }

  private void measure(Path backlog, QueueUnderTest empty) throws Exception {
    long begin = System.nanoTime();
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(backlog)) {
      ManageableMailQueue queue = queues.queue("spool");
      long found = queue.getSize();
      System.out.printf(
          Locale.ROOT,
          "open again: %.2f s, %d mails (target: 10 s)%n",
          LifeCycle.secondsSince(begin),
          found);
      drain(queue, 1, 1);
      System.out.printf(
          Locale.ROOT,
          "first mail after the start of opening: %.2f s%n",
          LifeCycle.secondsSince(begin));
      browse(queue);
      compare(queue, "at the head", empty);
      compareFarther(queue, empty);
      operate(queue);
    }
  }

  private void warmUp(QueueUnderTest queues) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      nothingElse(queues);
    }
  }

  /** What it takes to dequeue and remove mails that have just come into a queue of their own. */
  private Cost nothingElse(QueueUnderTest queues) throws Exception {
    ManageableMailQueue queue = queues.queue("spool");
    new LifeCycle(queue, queues.queue("outgoing"), source).produce(sample, threads);
    settle();
    return drain(queue, sample, threads);
  }

  private void enqueue(QueueUnderTest queues) throws Exception {
    LifeCycle cycle = new LifeCycle(queues.queue("spool"), queues.queue("outgoing"), source);
    long begin = System.nanoTime();
    int slice = Math.max(1, mails / 10);
    for (int done = 0; done < mails; done += slice) {
      cycle.produce(Math.min(slice, mails - done), threads);
    }
    double seconds = LifeCycle.secondsSince(begin);
    System.out.printf(
        Locale.ROOT, "enqueue %d mails: %.0f s, %.0f/s%n", mails, seconds, mails / seconds);
  }

  private static void browse(ManageableMailQueue queue) throws Exception {
    long begin = System.nanoTime();
    ManageableMailQueue.MailQueueIterator views = queue.browse();
    int seen = 0;
    while (seen < 1000 && views.hasNext()) {
      LifecycleUtil.dispose(views.next().getMail());
      seen++;
    }
    views.close();
    System.out.printf(
        Locale.ROOT, "browse the first %d: %.2f s%n", seen, LifeCycle.secondsSince(begin));
  }

  /**
   * Compares with a queue that holds nothing else, in turns: what else the machine does meanwhile
   * meets both.
   */
  private void compare(ManageableMailQueue queue, String where, QueueUnderTest empty)
      throws Exception {
    Cost[] backlog = new Cost[ROUNDS];
    Cost[] alone = new Cost[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      alone[i] = nothingElse(empty);
      backlog[i] = drain(queue, sample, threads);
    }
    System.out.printf(
        Locale.ROOT,
        "dequeue and remove %s: %.0f/s, %.0f us of CPU a mail; with nothing else in the queue:"
            + " %.0f/s, %.0f us%n",
        where,
        median(backlog, i -> backlog[i].rate()),
        median(backlog, i -> backlog[i].cpuMicros()),
        median(alone, i -> alone[i].rate()),
        median(alone, i -> alone[i].cpuMicros()));
    System.out.printf(
        Locale.ROOT,
        "  median of the ratios: rate %.2f (target: 0.80), CPU %.2f%n",
        median(backlog, i -> backlog[i].rate() / alone[i].rate()),
        median(backlog, i -> backlog[i].cpuMicros() / alone[i].cpuMicros()));
  }

  private void compareFarther(ManageableMailQueue queue, QueueUnderTest empty) throws Exception {
    int farther = mails / 2 - ROUNDS * sample;
    if (farther > 0) {
      Cost cost = drain(queue, farther, threads);
      System.out.printf(
          Locale.ROOT, "dequeue and remove the next %d: %.0f/s%n", farther, cost.rate());
      compare(queue, "after half was removed", empty);
    }
  }

  /**
   * Waits until the process does nothing. Both stores write files behind our back: what one of them
   * owes must not be charged to the other, and counts as CPU of the mails that caused it.
   */
  private static void settle() throws InterruptedException {
    double before;
    do {
      before = QueueBench.cpuMillis();
      Thread.sleep(PAUSE_MILLIS);
    } while (QueueBench.cpuMillis() - before > IDLE_MILLIS);
  }

  private void operate(ManageableMailQueue queue) throws Exception {
    for (int i = 0; i < sample; i++) {
      Mail mail = source.next();
      queue.enQueue(mail, Duration.ofDays(1));
      LifecycleUtil.dispose(mail);
    }
    System.out.printf(
        Locale.ROOT, "%d mails in all, %d of them delayed by a day%n", queue.getSize(), sample);
    timed("flush", queue::flush);
    timed(
        "remove by sender",
        () -> queue.remove(ManageableMailQueue.Type.Sender, "sender7@client.bench.test"));
    timed(
        "remove by recipient",
        () -> queue.remove(ManageableMailQueue.Type.Recipient, "recipient8@next.bench.test"));
    timed("remove by name", () -> queue.remove(ManageableMailQueue.Type.Name, "bench-absent"));
    timed("clear", queue::clear);
    System.out.printf(Locale.ROOT, "left: %d%n", queue.getSize());
  }

  /**
   * What it took to dequeue and remove mails.
   *
   * @param rate mails a second, from asking for the first to the removal of the last
   * @param cpuMicros of the whole process, for each mail, the files written afterwards included
   */
  private record Cost(double rate, double cpuMicros) {}

  private static Cost drain(ManageableMailQueue queue, int count, int threads) throws Exception {
    long begin = System.nanoTime();
    double cpu = QueueBench.cpuMillis();
    Consumers.take(queue, count, threads, mail -> {}).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    double rate = count / LifeCycle.secondsSince(begin);
    settle();
    return new Cost(rate, (QueueBench.cpuMillis() - cpu) * 1000 / count);
  }

  private static double median(Cost[] rounds, IntToDoubleFunction figure) {
    double[] sorted = IntStream.range(0, rounds.length).mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static void timed(String what, Callable<Long> operation) throws Exception {
    long begin = System.nanoTime();
    long count = operation.call();
    System.out.printf(
        Locale.ROOT, "%s: %d mails, %.2f s%n", what, count, LifeCycle.secondsSince(begin));
  }

  /** The sum of the pools' peaks: at least what was ever used at once, garbage included. */
  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  private static long maxHeap() {
    return Runtime.getRuntime().maxMemory();
  }
}
