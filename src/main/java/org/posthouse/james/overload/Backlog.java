/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.posthouse.config.TimeSpan;
import org.posthouse.queue.DueQueue;

/**
 * Mail that was accepted and that the chains do not come to. Mail that must wait stands in the same
 * queue, so its length alone says nothing: the first must be overdue too.
 */
final class Backlog implements Shortage {
  private final Waiting waiting;
  private final int most;
  private final Duration lag;

  /** The queue at a time. */
  interface Waiting {
    long mails();

    /** How long the next one has been due; negative when none is. */
    Duration overdue();
  }

  Backlog(Waiting waiting, int most, Duration lag) {
    this.waiting = waiting;
    this.most = most;
    this.lag = lag;
  }

  static Backlog of(DueQueue queue, int most, Duration lag, Clock clock) {
    return new Backlog(
        new Waiting() {
          @Override
          public long mails() {
            return queue.size();
          }

          @Override
          public Duration overdue() {
            long now = clock.millis();
            return Duration.ofMillis(now - queue.nextDue().orElse(now));
          }
        },
        most,
        lag);
  }

  @Override
  public Optional<String> look(boolean already) {
    long mails = waiting.mails();
    if (mails <= (already ? most * 8L / 10 : most)) {
      return Optional.empty();
    }
    Duration overdue = waiting.overdue();
    return overdue.compareTo(already ? lag.dividedBy(2) : lag) < 0
        ? Optional.empty()
        : Optional.of(mails + " mails wait, the first for " + TimeSpan.text(overdue));
  }

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public Refusal refusal() {
    return new Refusal("451", "4.3.2 Too much mail waits here already, please try again later");
  }
}
