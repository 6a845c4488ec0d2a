/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/** A host that follows a script, and sessions with it. */
final class ScriptedHost implements AutoCloseable {
  static final String NAME = "next.example";
  static final byte[] MESSAGE = octets("Subject: x\r\n\r\n.dot\r\nend\r\n");

  private final EventLoopGroup loops = new NioEventLoopGroup(1);
  private final ExecutorService readers = Executors.newFixedThreadPool(2);
  private final TlsEngines engines;
  private ScriptedSmtpServer server;
  private Timeouts timeouts = Timeouts.DEFAULT;

  /**
   * Makes it.
   *
   * @param engines of the side that connects
   */
  ScriptedHost(TlsEngines engines) {
    this.engines = engines;
  }

  /** Starts it. */
  void follow(SmtpScript script) throws IOException {
    server = ScriptedSmtpServer.start(script);
  }

  ScriptedSmtpServer server() {
    return server;
  }

  /** How long a phase of the next sessions may take, until {@link #stop}. */
  void limit(Phase phase, Duration limit) {
    timeouts = timeouts.with(phase, limit);
  }

  SessionSettings settings(TlsLevel level) {
    return new SessionSettings("relay.example", null, NAME, level, false, null, timeouts);
  }

  Opened open(SessionSettings settings) {
    return open(engines, settings);
  }

  Opened open(TlsEngines through, SessionSettings settings) {
    return open(through, settings, server.port());
  }

  /** A session with another host. */
  Opened openAt(int port) {
    return open(engines, settings(TlsLevel.NONE), port);
  }

  private Opened open(TlsEngines through, SessionSettings settings, int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new SmtpConnector(loops, through, readers, Clock.systemUTC())
        .open(address, settings)
        .join();
  }

  SmtpSession session() {
    return session(open(settings(TlsLevel.NONE)));
  }

  static SmtpSession session(Opened opened) {
    assertThat(opened.failure()).isNull();
    return opened.session();
  }

  static Transaction mail(String... recipients) {
    return mail(MailContent.of(MESSAGE), recipients);
  }

  static Transaction mail(MailContent content, String... recipients) {
    List<Transaction.To> to = Arrays.stream(recipients).map(Transaction.To::of).toList();
    return new Transaction("from@example.org", null, null, to, content);
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static List<String> texts(TransactionOutcome outcome) {
    return outcome.answers().stream().map(a -> a.phase() + " " + a).toList();
  }

  /** Ends the host; another may follow. */
  void stop() throws IOException {
    timeouts = Timeouts.DEFAULT;
    if (server != null) {
      server.close();
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    readers.shutdownNow();
  }
}
