/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A real SMTP server on a loopback port whose every word comes from a {@link SmtpScript}: the next
 * server of a trial, and every bad one of the tests. It keeps what it received, octet by octet.
 *
 * <p>At most {@value #MOST_SESSIONS} sessions run at once; a client beyond that is accepted and
 * closed at once. All methods may be called from any thread.
 */
public final class ScriptedSmtpServer implements AutoCloseable {
  private static final int MOST_SESSIONS = 256;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ServerSocket listener;
  private final ExecutorService sessions =
      new ThreadPoolExecutor(
          0,
          MOST_SESSIONS,
          5,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> daemon(task, "scripted-smtp"),
          (task, pool) -> ((Session) task).refuse());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<ReceivedMail> mails = new CopyOnWriteArrayList<>();
  private final Consumer<ReceivedMail> arrival;
  private final List<Transcript> transcripts = new CopyOnWriteArrayList<>();
  private volatile SmtpScript script;

  private ScriptedSmtpServer(
      ServerSocket listener, SmtpScript script, Consumer<ReceivedMail> arrival) {
    this.listener = listener;
    this.script = script;
    this.arrival = arrival;
  }

  /**
   * Listens on a free port of 127.0.0.1.
   *
   * @throws IOException if no port can be opened
   */
  public static ScriptedSmtpServer start(SmtpScript script) throws IOException {
    return start(loopback(0), script, mail -> {});
  }

  /**
   * Listens on this address; port 0 takes a free one.
   *
   * @param arrival told of each mail after its final dot, before that is answered
   * @throws IOException if the port cannot be opened
   */
  public static ScriptedSmtpServer start(
      InetSocketAddress address, SmtpScript script, Consumer<ReceivedMail> arrival)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(address, MOST_SESSIONS);
    ScriptedSmtpServer server = new ScriptedSmtpServer(listener, script, arrival);
    daemon(server::acceptAll, "scripted-smtp-accept").start();
    return server;
  }

  static InetSocketAddress loopback(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** From the next line on every session follows this script. */
  public void follow(SmtpScript next) {
    script = next;
  }

  /** Every mail whose final dot came, accepted or not, in order of arrival. */
  public List<ReceivedMail> mails() {
    return List.copyOf(mails);
  }

  /** How many connections were opened so far. */
  public int connections() {
    return transcripts.size();
  }

  /** What was said on each connection, commands and replies without the content of mails. */
  public List<List<String>> dialogues() {
    return transcripts.stream().map(Transcript::lines).toList();
  }

  /** Closes the port and every connection; sessions that wait end at once. */
  @Override
  public void close() throws IOException {
    stopped.countDown();
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    sessions.shutdownNow();
  }

  private void take(ReceivedMail mail) {
    mails.add(mail);
    arrival.accept(mail);
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        if (stopped.getCount() == 0) {
          socket.close();
        }
        sessions.execute(new Session(socket));
      } catch (IOException e) {
        // Closed, or the client has gone already: the loop's condition tells them apart.
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private final class Session implements Runnable {
    private final Socket socket;

    Session(Socket socket) {
      this.socket = socket;
    }

    @Override
    public void run() {
      Transcript transcript = new Transcript();
      transcripts.add(transcript);
      try (socket) {
        Wire wire = new Wire(socket, stopped, transcript);
        new ScriptedSession(wire, () -> script, ScriptedSmtpServer.this::take).run();
      } catch (IOException e) {
        transcript.note(e.toString());
      } finally {
        open.remove(socket);
      }
    }

    void refuse() {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing is owed to a client beyond the bound.
      }
    }
  }
}
