/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;

/** Name servers that are asked one after the other until one of them can say. */
final class NameServers {
  private static final int MOST_SERVERS = 4;

  private final List<Resolver> servers;
  private final int tries;

  /** The one that answered last, which is asked first. */
  private volatile int preferred;

  /** Asks these servers, each once, and no less than so many times in all; none answers nothing. */
  NameServers(List<? extends Resolver> servers, int tries) {
    this.servers = servers.stream().limit(MOST_SERVERS).map(Resolver.class::cast).toList();
    this.tries = servers.isEmpty() ? 0 : Math.max(tries, this.servers.size());
  }

  static NameServers at(Collection<InetSocketAddress> addresses, Duration timeout, int tries) {
    List<Resolver> resolvers = new ArrayList<>();
    for (InetSocketAddress address : addresses) {
      SimpleResolver resolver = new SimpleResolver(address);
      resolver.setTimeout(timeout.dividedBy(tries));
      resolvers.add(resolver);
    }
    return new NameServers(resolvers, tries);
  }

  /**
   * A reply without error or one that says that there is no such name; null when no server gave
   * one.
   *
   * @param nanos for all tries together
   */
  @Nullable Message ask(Question question, long nanos) {
    long end = System.nanoTime() + nanos;
    int first = preferred;
    for (int each = 0; each < tries; each++) {
      int server = (first + each) % servers.size();
      long left = end - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        return null;
      }
      Message reply = ask(servers.get(server), question, left / (tries - each));
      if (reply != null) {
        preferred = server;
        return reply;
      }
    }
    return null;
  }

  private static @Nullable Message ask(Resolver server, Question question, long nanos) {
    // Replies are read by the thread that received them: the JDK's common pool may be at work.
    CompletableFuture<Message> reply =
        server.sendAsync(question.query(), Runnable::run).toCompletableFuture();
    try {
      Message message = reply.get(nanos, TimeUnit.NANOSECONDS);
      return isUsable(message, question) ? message : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      reply.cancel(true);
    }
    return null;
  }

  private static boolean isUsable(Message reply, Question question) {
    int rcode = reply.getRcode();
    return reply.getHeader().getFlag(Flags.QR)
        && !reply.getHeader().getFlag(Flags.TC)
        && (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN)
        && question.isOf(reply);
  }
}
