/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import javax.inject.Inject;
import javax.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer.Status;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.TextParseException;

/**
 * Asks recursive name servers, and keeps what they say for a while. For use by many threads. A
 * server may bind one with servers of its own; in a stock James it asks the system's. Only what
 * belongs to the question is taken from a reply: the dnsjava of a stock James (3.5.2) hands out
 * everything that a server adds (CVE-2024-25638).
 */
@Singleton // so that all share what is kept
public final class SystemDns implements Dns {
  /** Longest wait for one question, all its servers, tries and aliases together. */
  public static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final int TRIES = 2;
  private static final int MOST_ALIASES = 10;

  private final NameServers servers;
  private final Duration timeout;
  private final AnswerCache cache;
  private final LongSupplier nanoTime;

  /** Asks the name servers of the operating system, as they are now. */
  @Inject
  public SystemDns() {
    this(ResolverConfig.getCurrentConfig().servers());
  }

  /**
   * Asks the name servers at these addresses.
   *
   * @param servers the first four count, in order; when there is none, every question fails
   */
  public SystemDns(Collection<InetSocketAddress> servers) {
    this(NameServers.at(servers, TIMEOUT, TRIES), TIMEOUT, new AnswerCache(), System::nanoTime);
  }

  /**
   * Asks these servers.
   *
   * @param servers each of the first four asked in turn until one answers, the one that answered
   *     last first; not empty. Their own time-outs are left as they are.
   * @param timeout for one question, all tries together
   */
  public SystemDns(List<? extends Resolver> servers, Duration timeout) {
    this(new NameServers(servers, TRIES), timeout, new AnswerCache(), System::nanoTime);
  }

  /** Asks this server, which has this long for a question, all tries together. */
  public SystemDns(Resolver server, Duration timeout) {
    this(List.of(server), timeout);
  }

  SystemDns(NameServers servers, Duration timeout, AnswerCache cache, LongSupplier nanoTime) {
    this.servers = servers;
    this.timeout = timeout;
    this.cache = cache;
    this.nanoTime = nanoTime;
  }

  @Override
  public Answer ask(String name, int type) {
    Name absolute = name(name);
    if (absolute == null) {
      return Answer.none(Status.NO_SUCH_NAME);
    }
    Question question = new Question(absolute, type);
    Answer kept = cache.get(question, nanoTime.getAsLong());
    if (kept != null) {
      return kept;
    }
    Reply reply = follow(question);
    if (!Thread.currentThread().isInterrupted()) { // which says nothing about the name
      cache.put(question, reply, nanoTime.getAsLong());
    }
    return reply.answer();
  }

  /** Follows aliases that a server does not follow itself. */
  private Reply follow(Question first) {
    long end = nanoTime.getAsLong() + timeout.toNanos();
    Question question = first;
    Reply soFar = Reply.start();
    while (soFar.aliases() <= MOST_ALIASES) {
      Message message = servers.ask(question, end - nanoTime.getAsLong());
      if (message == null) {
        return Reply.failure();
      }
      soFar = ReplyReader.read(message, question, soFar, MOST_ALIASES);
      Name alias = soFar.alias();
      if (alias == null) {
        return soFar;
      }
      question = new Question(alias, first.type());
    }
    return Reply.failure();
  }

  /** A name that no server needs to be asked for is null. */
  private static @Nullable Name name(String text) {
    boolean isAscii = text.chars().allMatch(c -> c > 0 && c < 0x80);
    if (!isAscii || text.isEmpty() || text.equals("@")) {
      return null; // @ would be the origin of a master file.
    }
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      return null;
    }
  }
}
