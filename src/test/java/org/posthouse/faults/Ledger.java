/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the clients know: every mail that was offered, and what the server said to it. */
final class Ledger {
  private static final String RECEIVED_AS = " received as ";

  /** How an offer ended for the client. */
  enum Answer {
    NONE,
    ACCEPTED,
    REFUSED
  }

  /**
   * One offer.
   *
   * @param reply the whole last line, empty without one
   */
  record Offer(Letter letter, String hash, Answer answer, String reply) {
    /** The id in {@code 250 2.6.0 Message received as <id>}; empty when the reply has none. */
    String queueId() {
      int at = reply.indexOf(RECEIVED_AS);
      return at < 0 ? "" : reply.substring(at + RECEIVED_AS.length()).trim();
    }
  }

  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, Offer> offers = new ConcurrentHashMap<>();

  int nextNumber() {
    return numbers.incrementAndGet();
  }

  /** Before the final dot is sent: from here on the server may take the mail. */
  void offered(Letter letter) {
    offers.put(letter.number(), new Offer(letter, letter.bodyHash(), Answer.NONE, ""));
  }

  void answered(Letter letter, String reply) {
    Answer answer = reply.startsWith("250") ? Answer.ACCEPTED : Answer.REFUSED;
    offers.put(letter.number(), new Offer(letter, letter.bodyHash(), answer, reply));
  }

  Collection<Offer> offers() {
    return offers.values();
  }

  long count(Answer answer) {
    return offers.values().stream().filter(offer -> offer.answer() == answer).count();
  }
}
