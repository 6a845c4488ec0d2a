/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.Transaction;

/**
 * A mail that was taken from a queue to be delivered. The engine ends its work on it by exactly one
 * of {@link #settle}, {@link #putBack} and {@link #release}, unless {@link #load} finds nothing, or
 * {@link #settleSome} leaves nobody.
 */
public interface Outgoing {
  /** For logs and events. */
  String id();

  /** What mail is shared out by among those who wait for a site: the reverse-path. */
  String sender();

  NextHop nextHop();

  /** The same mail by another way, for when no host of the next hop can be reached. */
  Optional<Outgoing> fallback();

  /** How the site is treated that these hosts are, those of the best preference, by name. */
  SiteSettings settings(List<String> hosts);

  /**
   * Until when nothing goes to the site that {@link #settings} was asked for last.
   *
   * @return in milliseconds since the epoch; 0 when it may go
   */
  long suspendedUntil();

  /**
   * Whether it has waited so long that it is to be given up, or its sender to be told, though
   * nothing was tried: {@link #settle} does that.
   */
  boolean isOverdue();

  /**
   * Reads what is to be sent to those recipients who wait; may wait for the disk.
   *
   * @param most recipients
   * @return empty when it cannot be read: then the mail is out of the engine's hands already
   */
  Optional<Transaction> load(int most);

  /** Whether it may be the same mail to others, which {@link #load} tells for sure. */
  boolean mayJoin(Outgoing other);

  /**
   * Keeps in mind, also when the relay is killed, that a host may have the mail until {@link
   * #settle} has stored what became of it. Several hosts may be asked in one attempt. Called on an
   * event loop: writes, and waits for no disk.
   */
  void inDoubt(Doubt doubt);

  /** The host of a doubt has not taken the mail. */
  void notTaken(Doubt doubt);

  /**
   * Stores what became of the attempt; may wait for the disk.
   *
   * @return completes when it is on the disk, never with an exception
   */
  CompletableFuture<Void> settle(Attempt attempt);

  /**
   * Stores what became of some recipients while others are still asked for. The work on the mail
   * goes on, unless nobody is left; may wait for the disk.
   *
   * @return completes when it is on the disk, never with an exception; true when the work is over
   */
  CompletableFuture<Boolean> settleSome(Attempt attempt);

  /**
   * Puts it back for a time at which there may be room for it. No attempt was made, or none of
   * which is known what became of it: then a doubt that is left is settled first.
   *
   * @param due in milliseconds since the epoch
   */
  void putBack(long due);

  /** A mail that was put off, as little of it as is needed to get it before its time. */
  @FunctionalInterface
  interface Recall {
    /**
     * Takes it from its queue; may wait for the disk.
     *
     * @return empty when somebody else has it, or it is no longer there
     */
    Optional<Outgoing> take();
  }

  /** How to get it again, after it was put off or released. */
  Recall recall();

  /** Whether it was taken before its time: what comes of that counts only if it is delivered. */
  boolean isEarly();

  /** Puts it back as it was. */
  void release();
}
