/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded line in which senders take turns: however much one of them has there, the next mail of
 * another one waits for one turn only.
 */
final class FairLine<T> {
  private final Map<String, Deque<T>> bySender = new LinkedHashMap<>();
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Adds a mail; false when there is no room: a sender who has less than an equal share always has.
   *
   * @param most how many may wait
   */
  boolean add(String sender, T mail, int most) {
    Deque<T> own = bySender.get(sender);
    int share = most / (bySender.size() + 1);
    if (size >= most && own != null && own.size() >= share) {
      return false;
    }
    bySender.computeIfAbsent(sender, s -> new ArrayDeque<>(4)).add(mail);
    size++;
    return true;
  }

  /** Puts it where it is the sender's next one. */
  void putFirst(String sender, T mail) {
    bySender.computeIfAbsent(sender, s -> new ArrayDeque<>(4)).addFirst(mail);
    size++;
  }

  /** The next one, of the sender who waits longest for a turn; null when nobody waits. */
  @Nullable T poll() {
    if (size == 0) {
      return null;
    }
    Map.Entry<String, Deque<T>> turn = bySender.entrySet().iterator().next();
    T mail = turn.getValue().poll();
    bySender.remove(turn.getKey());
    if (!turn.getValue().isEmpty()) {
      bySender.put(turn.getKey(), turn.getValue());
    }
    size--;
    return mail;
  }

  /** Takes the next ones of a sender as long as they are wanted, and no more than so many. */
  List<T> pollNext(String sender, Predicate<T> wanted, int most) {
    List<T> taken = new ArrayList<>();
    Deque<T> own = bySender.get(sender);
    while (own != null && taken.size() < most && !own.isEmpty() && wanted.test(own.peek())) {
      taken.add(own.remove());
      size--;
    }
    if (own != null && own.isEmpty()) {
      bySender.remove(sender);
    }
    return taken;
  }

  /** Takes all out whom a condition holds for. */
  List<T> remove(Predicate<T> which) {
    List<T> taken = new ArrayList<>();
    for (Deque<T> own : bySender.values()) {
      own.stream().filter(which).forEach(taken::add);
      own.removeIf(which);
    }
    bySender.values().removeIf(Deque::isEmpty);
    size -= taken.size();
    return taken;
  }

  /** All who wait; those who stand next in their sender's line come first. */
  List<T> all() {
    List<T> all = new ArrayList<>(size);
    bySender.values().forEach(own -> all.add(own.getFirst()));
    bySender.values().forEach(own -> own.stream().skip(1).forEach(all::add));
    return all;
  }

  /** Those who stand next in their sender's line. */
  List<T> heads() {
    return bySender.values().stream().map(Deque::getFirst).toList();
  }

  /** Empties it. */
  List<T> drain() {
    List<T> all = new ArrayList<>(size);
    bySender.values().forEach(all::addAll);
    bySender.clear();
    size = 0;
    return all;
  }
}
