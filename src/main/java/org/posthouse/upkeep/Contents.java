/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.Aside;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Operations;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Repository;
import org.posthouse.spool.SpoolId;

/** Where the entries of a store are. */
record Contents(Queues queues) {
  private static final int PAGE = 500;

  /**
   * An entry and its place.
   *
   * @param queue name of its queue, null when it is in none
   * @param due in milliseconds since the epoch
   * @param repository URL of its repository, null when it is in none
   * @param key in its repository
   * @param aside why it was set aside, null when it was not
   */
  record Found(
      SpoolId id,
      @Nullable String queue,
      long due,
      @Nullable String repository,
      @Nullable String key,
      @Nullable String aside) {}

  /** Queues with the number of mails in each. */
  Map<String, Long> queueSizes() {
    Map<String, Long> sizes = new TreeMap<>();
    queues.queueNames().forEach(name -> sizes.put(name, queues.queue(name).size()));
    return sizes;
  }

  /** Repositories with the number of mails in each. */
  Map<String, Long> repositorySizes() {
    Map<String, Long> sizes = new TreeMap<>();
    queues.repositoryUrls().forEach(url -> sizes.put(url, queues.repository(url).size()));
    return sizes;
  }

  /** The entries of a queue in order of work. */
  Iterator<Operations.View> queue(String name) {
    DueQueue queue = queues.queue(name);
    return queues.operations(queue).browse();
  }

  void eachInQueue(String name, Consumer<Found> use) {
    queue(name)
        .forEachRemaining(
            view -> use.accept(new Found(view.id(), name, view.due(), null, null, null)));
  }

  void eachInRepository(String url, Consumer<Found> use) {
    Repository repository = queues.repository(url);
    List<String> page = repository.keys("", PAGE);
    while (!page.isEmpty()) {
      for (String key : page) {
        Optional<SpoolId> id = repository.find(key);
        id.ifPresent(found -> use.accept(new Found(found, null, 0, url, key, null)));
      }
      page = repository.keys(page.get(page.size() - 1), PAGE);
    }
  }

  List<Found> aside() {
    return Aside.all(queues.spool()).stream()
        .map(aside -> new Found(aside.id(), null, 0, null, null, aside.reason()))
        .toList();
  }

  void each(Consumer<Found> use) {
    queues.queueNames().forEach(name -> eachInQueue(name, use));
    queues.repositoryUrls().forEach(url -> eachInRepository(url, use));
    aside().forEach(use);
  }
}
