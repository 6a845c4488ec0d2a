/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer.Kind;

/**
 * Tries candidates in order, without waiting for one that is silent before the next is tried (RFC
 * 8305): the first connection counts. One that is reached but does not take mail makes room for the
 * others.
 */
final class ConnectionRace {
  /** RFC 8305, section 8. */
  private static final long DELAY_MILLIS = 250;

  private final SmtpConnector connector;
  private final ScheduledExecutorService timer;
  private final Patience patience;
  private final Deque<Candidate> waiting;
  private final Map<Candidate, ChannelFuture> racing = new HashMap<>();
  private final List<Reach.Failed> failed = new ArrayList<>();
  private final CompletableFuture<Reach> result = new CompletableFuture<>();
  private @Nullable ScheduledFuture<?> next;
  private boolean greeting;

  ConnectionRace(
      SmtpConnector connector,
      ScheduledExecutorService timer,
      Collection<Candidate> candidates,
      Patience patience) {
    this.connector = connector;
    this.timer = timer;
    this.patience = patience;
    this.waiting = new ArrayDeque<>(candidates);
  }

  CompletableFuture<Reach> run() {
    start();
    return result;
  }

  private synchronized void start() {
    if (greeting || result.isDone()) {
      return;
    }
    if (connector.isClosed()) {
      result.complete(new Reach(null, null, failed));
      return;
    }
    Candidate candidate = waiting.poll();
    if (candidate == null) {
      if (racing.isEmpty()) {
        result.complete(new Reach(null, null, failed));
      }
      return;
    }
    if (!waiting.isEmpty()) {
      next = timer.schedule(this::start, DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
    ChannelFuture connecting = connector.connect(candidate);
    racing.put(candidate, connecting);
    ChannelFuture unused =
        connecting.addListener((ChannelFuture connected) -> connected(candidate, connected));
  }

  private synchronized void connected(Candidate candidate, ChannelFuture connected) {
    if (racing.remove(candidate) == null) {
      ChannelFuture unused = connected.channel().close(); // another one was faster
      return;
    }
    if (!connected.isSuccess()) {
      String why = Conversation.reason(connected.cause());
      failed(candidate, Answer.failed(Phase.CONNECT, Kind.UNREACHABLE, why));
      return;
    }
    greeting = true;
    callOff();
    greet(candidate, connected.channel());
  }

  /** Those that still connect may be needed, when this one does not take mail. */
  private void callOff() {
    cancelNext();
    // A copy: on the same event loop the listener of who is called off is told within the call.
    Map<Candidate, ChannelFuture> others = new HashMap<>(racing);
    racing.clear();
    others.forEach(
        (other, connecting) -> {
          waiting.addFirst(other);
          if (!connecting.cancel(false)) {
            ChannelFuture unused = connecting.channel().close();
          }
        });
  }

  private void cancelNext() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }

  private void greet(Candidate candidate, Channel channel) {
    CompletableFuture<Opened> unused =
        connector
            .greet(channel, candidate.settings(), patience)
            .whenComplete((opened, failure) -> greeted(candidate, opened));
  }

  private synchronized void greeted(Candidate candidate, @Nullable Opened opened) {
    greeting = false;
    SmtpSession session = opened == null ? null : opened.session();
    if (session != null) {
      result.complete(new Reach(session, candidate, failed));
      return;
    }
    Answer answer = opened == null ? null : opened.failure();
    if (answer != null && mayFallBack(candidate, answer)) {
      waiting.addFirst(candidate.inClear());
    }
    failed(
        candidate,
        answer == null ? Answer.failed(Phase.CONNECT, Kind.OURS, "an error of the relay") : answer);
  }

  /** What is not proved anyway is better sent in clear than not at all (RFC 7435). */
  private static boolean mayFallBack(Candidate candidate, Answer answer) {
    boolean broken =
        answer.failure() != null
            && (answer.phase() == Phase.TLS || answer.phase() == Phase.STARTTLS);
    return broken
        && candidate.settings().tls() == TlsLevel.MAY
        && !candidate.settings().implicitTls()
        && candidate.settings().login() == null;
  }

  private void failed(Candidate candidate, Answer answer) {
    failed.add(new Reach.Failed(candidate, answer));
    cancelNext();
    start();
  }
}
