/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.faults.Report;
import org.posthouse.faults.Tools;

/**
 * Two thousand clients that are slow wherever one can be do no harm to honest ones: these have
 * their mail accepted, in about the time that it takes without the others, which are hung up on.
 */
class SlowClientsTest {
  private static final int SLOW = 2_000;

  /** Of each address, in a network of its own: sessionsPerAddress and sessionsPerNetwork hold. */
  private static final int OF_AN_ADDRESS = 100;

  private static final int ONE_IN_AUTH = 21;

  private static final int HONEST_THREADS = 2;
  private static final int HONEST_MAILS = 100;

  /** Seconds; long enough for all of them to be there at once. */
  private static final int IDLE = 18;

  /** Seconds; a message is hung up on at the second look at the latest. */
  private static final int LOOK = 12;

  /** How much longer an honest mail may take; what a slow machine adds to both counts twice. */
  private static final int WORST_RATIO = 4;

  /** Below that the clock and the scheduler are measured. */
  private static final double LEAST_MILLIS = 10;

  private static final int MORE_THREADS = 128 + 32; // of HandlerThreads, and of the JVM
  private static final long MORE_KILOBYTES = 200_000; // 100 kB each, TLS with it

  @TempDir Path home;
  private final ExecutorService pool = Executors.newFixedThreadPool(32);
  private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();

  @Test
  void honestClientsShouldNotNoticeThem() throws Exception {
    requireOpenFiles(SLOW + 1_000);
    try (TinySink sink = new TinySink();
        RelayProcess relay = RelayProcess.start(home(sink))) {
      int port = relay.port("relay");
      honest(port); // once, to be compiled
      double before = honest(port);
      long threads = status(relay, "Threads");
      long memory = status(relay, "VmRSS");
      List<SlowClient> slow = connect(port);
      Future<?> unused =
          ticks.scheduleAtFixedRate(() -> slow.forEach(SlowClient::tick), 1, 1, TimeUnit.SECONDS);
      double beside = honest(port);
      long there = slow.stream().filter(SlowClient::isOpen).count();
      long moreThreads = status(relay, "Threads") - threads;
      long moreMemory = status(relay, "VmRSS") - memory;
      Report.say(
          "honest mail: %.1f ms alone, %.1f ms beside %d slow clients; %+d threads, %+d kB",
          before, beside, there, moreThreads, moreMemory);
      assertThat(there).as("slow clients that are there at the end").isGreaterThan(SLOW * 9 / 10);
      assertThat(beside)
          .as("milliseconds of an honest mail, against %.1f", before)
          .isLessThan(WORST_RATIO * Math.max(before, LEAST_MILLIS));
      assertThat(moreThreads).as("threads more").isLessThan(MORE_THREADS);
      assertThat(moreMemory).as("kB of memory more").isLessThan(MORE_KILOBYTES);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5 * IDLE))
          .untilAsserted(
              () -> assertThat(slow.stream().filter(SlowClient::isOpen).limit(9)).isEmpty());
      for (SlowClient each : slow) {
        each.close();
      }
      assertThat(honest(port)).isLessThan(WORST_RATIO * Math.max(before, LEAST_MILLIS));
    } finally {
      ticks.shutdownNow();
      pool.shutdownNow();
    }
  }

  /** A silent client is hung up on after {@link #IDLE} seconds, a slow message sooner. */
  private Path home(TinySink sink) throws IOException {
    RelayHome.create(home, sink.port());
    Path conf = home.resolve("conf");
    Path doors = conf.resolve("smtpserver.xml");
    Files.writeString(
        doors,
        Files.readString(doors)
            .replaceFirst("<connectiontimeout>\\d+", "<connectiontimeout>" + IDLE)
            .replace(
                "startTLS=\"true\">",
                "startTLS=\"true\"><handshakeTimeout>" + IDLE + " s</handshakeTimeout>"));
    Files.writeString(
        conf.resolve("relay.xml"),
        "<relay><reception><slowest>1 kB / " + LOOK + " s</slowest></reception></relay>");
    Instant now = Instant.now();
    // Handshakes of two thousand with RSA would be most of the test.
    TestCertificate.write(
        conf.resolve("tls"), "EC", 256, now.minusSeconds(60), now.plus(Duration.ofDays(1)));
    ShippedHome.addUser(conf);
    return home;
  }

  private List<SlowClient> connect(int port) throws Exception {
    List<Callable<SlowClient>> all = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) {
      SlowClient.Kind kind = kind(i);
      String address = "127.1." + (1 + i / OF_AN_ADDRESS) + ".1";
      all.add(() -> SlowClient.connect(kind, address, port));
    }
    List<SlowClient> clients = new ArrayList<>();
    for (Future<SlowClient> each : pool.invokeAll(all)) {
      clients.add(each.get());
    }
    return clients;
  }

  /** AUTH wants a handshake, whose cost to this process would be most of the test. */
  private static SlowClient.Kind kind(int number) {
    SlowClient.Kind[] others = {
      SlowClient.Kind.GREETING,
      SlowClient.Kind.COMMANDS,
      SlowClient.Kind.DATA,
      SlowClient.Kind.BDAT,
      SlowClient.Kind.HANDSHAKE
    };
    return number % ONE_IN_AUTH == 0 ? SlowClient.Kind.AUTH : others[number % others.length];
  }

  /** The middle of the times from connecting to 250, in milliseconds; each mail must be taken. */
  private double honest(int port) throws Exception {
    Callable<Double> one = () -> millisOfAMail(port);
    ExecutorService honest = Executors.newFixedThreadPool(HONEST_THREADS);
    try {
      List<Double> times = new ArrayList<>();
      for (Future<Double> each : honest.invokeAll(Collections.nCopies(HONEST_MAILS, one))) {
        times.add(each.get());
      }
      Collections.sort(times);
      return times.get(times.size() / 2);
    } finally {
      honest.shutdown();
    }
  }

  private static double millisOfAMail(int port) throws IOException {
    long began = System.nanoTime();
    try (SmtpDialog client = SmtpDialog.greeted(port)) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("DATA", "354");
      client.ask("From: <alice@relay.test>\r\n\r\nhello\r\n.", "250");
      return (System.nanoTime() - began) / 1e6;
    }
  }

  /** A number of /proc/PID/status. */
  private static long status(RelayProcess relay, String name) throws IOException {
    return number(Path.of("/proc/" + relay.pid() + "/status"), name + ":\\s+(\\d+)");
  }

  /** This process and the relay have a socket for each client. */
  private static void requireOpenFiles(long least) throws IOException {
    long most = number(Path.of("/proc/self/limits"), "Max open files\\s+\\d+\\s+(\\d+)");
    Tools.requireThat(most >= least, "only " + most + " open files are allowed; ulimit -n");
  }

  private static long number(Path file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    assertThat(matcher.find()).as(pattern).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
