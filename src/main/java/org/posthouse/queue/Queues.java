/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;

/** All queues and repositories of one store. Safe for use by many threads. */
public final class Queues {
  private final Spool spool;
  private final Clock clock;
  private final Entries entries;
  private final Turns turns = new Turns();
  private final Places queueNumbers;
  private final Places repositoryNumbers;
  private final Map<String, DueQueue> queues = new TreeMap<>();
  private final Map<String, Repository> repositories = new TreeMap<>();

  public Queues(Spool spool, Clock clock) {
    this.spool = spool;
    this.clock = clock;
    this.entries = new Entries(spool, clock);
    this.queueNumbers = new Places(spool, "queue");
    this.repositoryNumbers = new Places(spool, "repository");
  }

  /** The queue of a name, created when there is none. */
  public synchronized DueQueue queue(String name) {
    return queues.computeIfAbsent(
        name, n -> new DueQueue(spool, clock, n, queueNumbers.register(n)));
  }

  /** The queue of a name if it ever was created, also by an earlier process. */
  public synchronized Optional<DueQueue> findQueue(String name) {
    return queueNames().contains(name) ? Optional.of(queue(name)) : Optional.empty();
  }

  public synchronized Set<String> queueNames() {
    return queueNumbers.all().keySet();
  }

  /** The repository of a URL, created when there is none. */
  public synchronized Repository repository(String url) {
    return repositories.computeIfAbsent(
        url, u -> new Repository(spool, repositoryNumbers.register(u)));
  }

  public synchronized Set<String> repositoryUrls() {
    return repositoryNumbers.all().keySet();
  }

  /** Begins changes that are to happen together. */
  public Step step() {
    return new Step(spool, entries, turns);
  }

  /** A fresh id for an entry, greater than all before. */
  public SpoolId nextId() {
    return spool.nextId();
  }

  public Entries entries() {
    return entries;
  }

  /** What an operator does with a whole queue. */
  public Operations operations(DueQueue queue) {
    return new Operations(spool, clock, queue, this);
  }

  public Spool spool() {
    return spool;
  }
}
