/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Operations;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Repository;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * What a store holds once its server has stopped.
 *
 * @param queued who waits in a queue, {@link Reckoning#delivery}
 * @param kept mails in repositories
 * @param aside entries that were set aside as unreadable
 * @param unreachable entries that none of these leads to
 */
record StoreContents(List<String> queued, List<Kept> kept, int aside, long unreachable) {
  /** A mail in a repository; the number of its letter is -1 for mail that no client sent. */
  record Kept(String repository, int number, String hash) {
    /** Whether it is a bounce, whose body is not the letter's. */
    boolean isReturned() {
      return repository.contains("/returned");
    }
  }

  private static final int MOST = 1_000_000;

  static StoreContents read(Path store) throws IOException {
    SpoolConfiguration configuration = SpoolConfiguration.in(store).withReserve(0);
    try (Spool spool = RocksSpool.open(configuration, Clock.systemUTC())) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      List<String> queued = new ArrayList<>();
      long entries = 0;
      for (String name : queues.queueNames()) {
        entries += addQueued(queued, queues, queues.queue(name));
      }
      List<Kept> kept = new ArrayList<>();
      for (String url : queues.repositoryUrls()) {
        addAll(kept, spool, queues, url);
      }
      int aside = count(spool, Table.ASIDE);
      long reachable = entries + kept.size() + aside;
      long unreachable = count(spool, Table.ENVELOPE) - reachable;
      return new StoreContents(queued, kept, aside, unreachable);
    }
  }

  /** Returns the number of entries. */
  private static long addQueued(List<String> queued, Queues queues, DueQueue queue) {
    long entries = 0;
    for (Iterator<Operations.View> all = queues.operations(queue).browse(); all.hasNext(); ) {
      QueuedMail mail = queues.entries().find(all.next().id()).orElseThrow();
      mail.queued().stream()
          .map(recipient -> Reckoning.delivery(number(mail), recipient.address()))
          .forEach(queued::add);
      entries++;
    }
    return entries;
  }

  private static void addAll(List<Kept> kept, Spool spool, Queues queues, String url)
      throws IOException {
    Repository repository = queues.repository(url);
    for (String key : repository.keys("", MOST)) {
      SpoolId id = repository.find(key).orElseThrow();
      QueuedMail mail = queues.entries().find(id).orElseThrow();
      int number = number(mail);
      kept.add(new Kept(url, number, Letter.bodyHash(number, octets(spool, queues, mail))));
    }
  }

  /** A bounce is known by who gets it. */
  private static int number(QueuedMail mail) {
    return Letter.numberOf(
        mail.reversePath().isEmpty() ? mail.recipients().get(0).address() : mail.reversePath());
  }

  private static byte[] octets(Spool spool, Queues queues, QueuedMail mail) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    BodyRef body = mail.body();
    if (body == null) {
      octets.writeBytes(queues.entries().content(mail.id()));
    } else {
      octets.writeBytes(spool.open(body).readAllBytes());
    }
    return octets.toByteArray();
  }

  private static int count(Spool spool, Table table) {
    int count = 0;
    try (Spool.Cursor cursor = spool.scan(table, new byte[0], new byte[0])) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  boolean holds(String repository, int number) {
    return kept.stream()
        .anyMatch(mail -> mail.number() == number && mail.repository().contains(repository));
  }
}
