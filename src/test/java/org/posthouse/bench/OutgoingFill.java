/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;
import org.posthouse.bench.BenchDomain.Kind;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a store whose queue {@code outgoing} is full, for a server that is started on it. */
@Command(
    name = "fill",
    mixinStandardHelpOptions = true,
    description = "Fills the outgoing queue of a store.")
public final class OutgoingFill implements Callable<Integer> {
  private static final long SEED = 42;

  @Option(names = "--store", required = true, description = "An empty directory for the store.")
  private Path store;

  @Option(names = "--size", defaultValue = "4096", description = "Octets of a mail.")
  private int size;

  @Option(names = "--mails", required = true, description = "To all destinations, in turns.")
  private int mails;

  @Option(names = "--healthy", required = true, description = "Domains of this kind.")
  private int healthy;

  @Option(names = "--refused", defaultValue = "0", description = "Domains of this kind.")
  private int refused;

  @Option(names = "--silent", defaultValue = "0", description = "Domains of this kind.")
  private int silent;

  @Option(names = "--slow", defaultValue = "0", description = "Domains of this kind.")
  private int slow;

  @Option(names = "--healthy-only", description = "Leaves out the mails to all others.")
  private boolean healthyOnly;

  @Option(names = "--after", defaultValue = "0", description = "Seconds until the first is due.")
  private int after;

  @Option(names = "--within", defaultValue = "0", description = "Seconds from it to the last one.")
  private int within;

  @Option(
      names = "--soon",
      defaultValue = "0",
      description = "Mails beside these to healthy domains, whose recipient says when it is due.")
  private int soon;

  @Option(names = "--soon-after", defaultValue = "60", description = "As --after, from the end.")
  private int soonAfter;

  @Option(names = "--soon-within", defaultValue = "120", description = "As --within.")
  private int soonWithin;

  @Option(names = "--threads", defaultValue = "64")
  private int threads;

  private BenchMails source;

  public static void main(String[] args) {
    System.exit(new CommandLine(new OutgoingFill()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    source = new BenchMails(size);
    List<BenchDomain> domains = domains();
    long begin = System.nanoTime();
    try (QueueUnderTest queues = QueueUnderTest.openQueueFactory(store)) {
      ManageableMailQueue queue = queues.queue("outgoing");
      each(
          mails,
          i -> {
            BenchDomain domain = domains.get(i % domains.size());
            if (!healthyOnly || domain.kind() == Kind.HEALTHY) {
              Duration delay = Duration.ofMillis(after * 1000L + within * 1000L * i / mails);
              enqueue(queue, i, "m" + i, domain, delay);
            }
          });
      long first = System.currentTimeMillis() + soonAfter * 1000L;
      each(
          soon,
          i -> {
            long due = first + soonWithin * 1000L * i / soon;
            int number = mails + i;
            BenchDomain domain = new BenchDomain(Kind.HEALTHY, i % healthy);
            Duration delay = Duration.ofMillis(due - System.currentTimeMillis());
            enqueue(queue, number, "d" + due + "-" + number, domain, delay);
          });
      System.out.printf(Locale.ROOT, "%d %.1f%n", queue.getSize(), LifeCycle.secondsSince(begin));
    }
    return 0;
  }

  /** All domains in an order of chance that is the same each time. */
  private List<BenchDomain> domains() {
    List<BenchDomain> domains = new ArrayList<>();
    add(domains, Kind.HEALTHY, healthy);
    add(domains, Kind.REFUSED, refused);
    add(domains, Kind.SILENT, silent);
    add(domains, Kind.SLOW, slow);
    Collections.shuffle(domains, new Random(SEED));
    return domains;
  }

  private static void add(List<BenchDomain> domains, Kind kind, int count) {
    for (int i = 0; i < count; i++) {
      domains.add(new BenchDomain(kind, i));
    }
  }

  private void enqueue(
      ManageableMailQueue queue, int number, String local, BenchDomain domain, Duration delay)
      throws Exception {
    Mail mail = source.mail(number, local + "@" + domain.name());
    if (delay.isZero()) {
      queue.enQueue(mail);
    } else {
      queue.enQueue(mail, delay);
    }
    LifecycleUtil.dispose(mail);
  }

  @FunctionalInterface
  private interface Numbered {
    void run(int number) throws Exception;
  }

  private void each(int count, Numbered work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < threads; i++) {
        running.add(
            pool.submit(
                () -> {
                  int number = next.getAndIncrement();
                  while (number < count) {
                    work.run(number);
                    number = next.getAndIncrement();
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
