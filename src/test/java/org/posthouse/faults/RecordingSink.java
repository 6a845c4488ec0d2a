/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A next host. It keeps of each mail the hash and the moment only, so that tens of thousands fit.
 * It defers one mail in thirty at first, and some recipients always or at first, so that retries
 * take part and outcomes differ within one mail.
 */
final class RecordingSink implements AutoCloseable {
  /** How a host treats who connects. */
  enum Manner {
    /** It answers at once. */
    READY,
    /** A second passes before it replies to whatever was sent at once. */
    SLOW,
    /** It takes a mail and closes instead of saying so, once or twice for each. */
    LOSING,
    /** It takes connections and never says a word. */
    SILENT
  }

  /**
   * A mail that was taken.
   *
   * @param number of the letter; -1 for mail that no client sent
   * @param nanos {@link System#nanoTime} just before the reply, or before it was lost
   * @param answered whether 250 was said: the host closed otherwise
   */
  record Arrival(
      int number,
      String sender,
      List<String> recipients,
      String hash,
      long nanos,
      boolean answered) {}

  private static final int DEFERRED_ONE_IN = 30;
  private static final Duration SLOWNESS = Duration.ofSeconds(1);

  private final Manner manner;
  private final ServerSocket server;
  private final ConcurrentMap<Integer, Integer> losses = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final Set<Integer> deferred = ConcurrentHashMap.newKeySet();
  private final Set<Integer> heldBack = ConcurrentHashMap.newKeySet();
  private volatile boolean deferring;

  /** What replies to DATA wait for. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger owing = new AtomicInteger();

  RecordingSink() throws IOException {
    this(Manner.READY);
  }

  RecordingSink(Manner manner) throws IOException {
    this.manner = manner;
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    background(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /** How many mails have arrived, without copying them. */
  Set<Integer> numbers() {
    Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    arrivals.forEach(arrival -> numbers.add(arrival.number()));
    return numbers;
  }

  /** Whether every mail gets a 451 from now on. */
  void deferAll(boolean all) {
    deferring = all;
  }

  /** No mail is answered from now on until {@link #release}. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  /** How many mails have come so far that had to wait for an answer. */
  int held() {
    return held.get();
  }

  /** Whether it has taken a mail and not said so yet. */
  boolean isOwing() {
    return owing.get() > 0;
  }

  private void waitAtTheGate() {
    CountDownLatch now = gate;
    if (now.getCount() > 0) {
      held.incrementAndGet();
      Uninterruptibles.awaitUninterruptibly(now);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        background(() -> serve(client));
      } catch (IOException e) {
        // Closed: the condition of the loop ends it.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      if (manner == Manner.SILENT) {
        in.transferTo(OutputStream.nullOutputStream()); // until the peer has enough of it
        return;
      }
      pause(in);
      say(client, "220 next.test ESMTP");
      String sender = "";
      List<String> recipients = new ArrayList<>();
      for (String line = line(in); !line.startsWith("QUIT"); line = line(in)) {
        if (line.startsWith("MAIL")) {
          sender = address(line);
          recipients.clear();
        } else if (line.startsWith("RCPT")) {
          String refusal = refusal(sender, address(line));
          if (!refusal.isEmpty()) {
            say(client, refusal);
            continue;
          }
          recipients.add(address(line));
        } else if (line.startsWith("DATA")) {
          pause(in);
          say(client, "354 go on");
          String reply = take(sender, List.copyOf(recipients), content(in));
          if (reply.isEmpty()) {
            return;
          }
          owing.incrementAndGet();
          try {
            pause(in);
          } finally {
            owing.decrementAndGet();
          }
          say(client, reply);
          continue;
        }
        pause(in);
        say(client, line.startsWith("EHLO") ? capabilities() : "250 ok");
      }
      say(client, "221 bye");
    } catch (IOException e) {
      // The peer was killed.
    }
  }

  /** Only who sends much at once gets anywhere with a slow host before he is killed. */
  private String capabilities() {
    return manner == Manner.SLOW
        ? "250-next.test\r\n250-PIPELINING\r\n250 8BITMIME"
        : "250-next.test\r\n250 8BITMIME";
  }

  private void pause(InputStream in) throws IOException {
    if (manner == Manner.SLOW && in.available() == 0) {
      Uninterruptibles.sleepUninterruptibly(SLOWNESS);
    }
  }

  private String refusal(String sender, String recipient) {
    if (recipient.equals(Submitters.NEVER)) {
      return "550 5.1.1 nobody of that name";
    }
    return recipient.equals(Submitters.LATER) && heldBack.add(Letter.numberOf(sender))
        ? "450 4.2.1 not now"
        : "";
  }

  /** The reply to the final dot; empty when it is lost. */
  private String take(String sender, List<String> recipients, byte[] content) {
    waitAtTheGate();
    int number = Letter.numberOf(sender);
    boolean chosen = number > 0 && number % DEFERRED_ONE_IN == 0;
    if (deferring || (chosen && deferred.add(number))) {
      return "451 4.3.2 not now";
    }
    String hash = Letter.bodyHash(number, content);
    boolean answered =
        manner != Manner.LOSING || losses.merge(number, 1, Integer::sum) > most(number);
    arrivals.add(new Arrival(number, sender, recipients, hash, System.nanoTime(), answered));
    return answered ? "250 2.6.0 taken" : "";
  }

  /** Replies about a letter that are lost. */
  private static int most(int number) {
    return 1 + number % 2;
  }

  private static byte[] content(InputStream in) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (String line = line(in); !line.equals("."); line = line(in)) {
      String plain = line.startsWith(".") ? line.substring(1) : line;
      content.writeBytes((plain + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    return content.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("the peer has gone");
      }
      line.append((char) octet);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  private static String address(String line) {
    return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
  }

  private static void say(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void background(Runnable task) {
    Thread thread = new Thread(task, "recording-sink");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
