/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a site, in memory, and when to come back for whom there is no room. Not safe
 * for use by several threads.
 */
final class WaitingLine {
  private static final int MOST = 2_000;

  private final FairLine<InLine> line = new FairLine<>();
  private final Bookings bookings = new Bookings();
  private final Crowd crowd;

  /**
   * A mail in line.
   *
   * @param since in milliseconds since the epoch
   */
  private record InLine(Outgoing mail, long since) {}

  WaitingLine(Crowd crowd) {
    this.crowd = crowd;
  }

  int size() {
    return line.size();
  }

  boolean isEmpty() {
    return line.isEmpty();
  }

  /** Takes a mail in; else tells in how many milliseconds there may be room for it. */
  OptionalLong add(Outgoing mail, long now) {
    if (!line.add(mail.sender(), new InLine(mail, now), crowd.most(MOST))) {
      return OptionalLong.of(bookings.next(now, line.size()));
    }
    crowd.add(1);
    return OptionalLong.empty();
  }

  /** Puts it where it is the sender's next one. */
  void putFirst(Outgoing mail, long now) {
    line.putFirst(mail.sender(), new InLine(mail, now));
    crowd.add(1);
  }

  /** The next one; null when nobody waits. */
  @Nullable Outgoing poll() {
    InLine next = line.poll();
    if (next == null) {
      return null;
    }
    crowd.add(-1);
    return next.mail();
  }

  /** Takes those who wait behind a mail and may be the same one to others. */
  List<Outgoing> joining(Outgoing mail, int most) {
    return out(line.pollNext(mail.sender(), waiting -> waiting.mail().mayJoin(mail), most));
  }

  /** Takes out whom a condition holds for. */
  List<Outgoing> remove(Predicate<Outgoing> which) {
    return out(line.remove(waiting -> which.test(waiting.mail())));
  }

  /** Empties it. */
  List<Outgoing> drain() {
    return out(line.drain());
  }

  private List<Outgoing> out(List<InLine> taken) {
    crowd.add(-taken.size());
    return taken.stream().map(InLine::mail).toList();
  }

  boolean holds(String mail) {
    return line.all().stream().anyMatch(each -> each.mail().id().equals(mail));
  }

  /** How long the first have waited. */
  long oldestMillis(long now) {
    return now - line.heads().stream().mapToLong(InLine::since).min().orElse(now);
  }

  /** A transaction of the site is over. */
  void moved() {
    bookings.done();
  }

  /** Called now and then; {@code busy} when the site has something to do. */
  void tick(long now, boolean busy) {
    bookings.tick(now, busy);
  }
}
