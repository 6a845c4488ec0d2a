/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
      description = "Mails of each of the five rounds of a dequeue rate.")
  private int sample;

  @Option(names = "--threads", defaultValue = "64")
  private int threads;

  private static final int WARM_UP = 3;
  private static final int ROUNDS = 5;

  private BenchMails source;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BacklogBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    source = new BenchMails(size);
    double empty;
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(store)) {
      empty = emptyQueueRate(queues);
      enqueue(queues);
    }
    long begin = System.nanoTime();
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(store)) {
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
      dequeue(queue, "at the head", empty);
      dequeueFarther(queue, empty);
      operate(queue);
    }
    System.out.printf(
        Locale.ROOT, "peak heap: %.0f MB of at most %.0f MB%n", peakHeap() / 1e6, maxHeap() / 1e6);
    return 0;
  }

  private double emptyQueueRate(QueueUnderTest queues) throws Exception {
    ManageableMailQueue queue = queues.queue("spool");
    LifeCycle cycle = new LifeCycle(queue, queues.queue("outgoing"), source);
    double[] rates = new double[WARM_UP + ROUNDS];
    for (int i = 0; i < rates.length; i++) {
      cycle.produce(sample, threads);
      rates[i] = drain(queue, sample, threads);
    }
    double rate = median(Arrays.copyOfRange(rates, WARM_UP, rates.length));
    System.out.printf(
        Locale.ROOT, "dequeue and remove, %d mails and nothing else: %.0f/s%n", sample, rate);
    return rate;
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

  private void dequeue(ManageableMailQueue queue, String where, double empty) throws Exception {
    double[] rates = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      rates[i] = drain(queue, sample, threads);
    }
    double rate = median(rates);
    System.out.printf(
        Locale.ROOT,
        "dequeue and remove %s: %.0f/s, %.2f of the empty queue's rate (target: 0.80)%n",
        where,
        rate,
        rate / empty);
  }

  private void dequeueFarther(ManageableMailQueue queue, double empty) throws Exception {
    int farther = mails / 2 - ROUNDS * sample;
    if (farther > 0) {
      System.out.printf(
          Locale.ROOT,
          "dequeue and remove the next %d: %.0f/s%n",
          farther,
          drain(queue, farther, threads));
      dequeue(queue, "after half was removed", empty);
    }
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

  /** Mails removed per second, from asking for the first to the removal of the last. */
  private static double drain(ManageableMailQueue queue, int count, int threads) throws Exception {
    long begin = System.nanoTime();
    Consumers.take(queue, count, threads, mail -> {}).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return count / LifeCycle.secondsSince(begin);
  }

  private static double median(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
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
