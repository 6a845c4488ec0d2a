/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one mail takes of the limits while it comes in. Each step takes at once, so that two mails
 * cannot both have the last of a rate, and all of it or nothing; {@link #giveBack} undoes all steps
 * of a mail that is not accepted in the end. For one thread at a time.
 */
public final class MailCount {
  private final Limits limits;
  private final Submitter who;
  private final boolean later;
  private final List<Counter> counters = new ArrayList<>();
  private final Set<String> domains = new TreeSet<>();
  private final List<String> recipients = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();
  private @Nullable LimitReached longest;

  /** A limit that counts this mail, for one key. */
  private record Counter(Limits.Metered of, String key) {}

  private record Taken(Meter meter, String key, long amount) {}

  MailCount(Limits limits, Submitter who, String senderDomain, boolean later) {
    this.limits = limits;
    this.who = who;
    this.later = later;
    for (Limits.Metered each : limits.metered()) {
      for (String key : each.limit().keys(who, senderDomain)) {
        counters.add(new Counter(each, key));
      }
    }
  }

  /**
   * At MAIL.
   *
   * @param size as the client has declared it (RFC 1870), 0 when it has not
   */
  public Optional<LimitReached> mail(long size) {
    int before = taken.size();
    for (Counter counter : counters) {
      Optional<LimitReached> reached = tooLarge(counter, size);
      if (reached.isEmpty()) {
        reached = take(counter, Kind.MESSAGES, 1);
      }
      if (reached.isEmpty() && size > 0) {
        reached = look(counter, size);
      }
      if (reached.isPresent()) {
        return undo(before, reached);
      }
    }
    return Optional.empty();
  }

  /**
   * At RCPT.
   *
   * @param address in lower case, so that it is the same recipient next time
   */
  public Optional<LimitReached> recipient(String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1);
    boolean first = !domains.contains(domain);
    int before = taken.size();
    int counted = counters.size();
    if (first) {
      addDomain(domain);
    }
    for (int i = 0; i < counters.size(); i++) {
      Counter counter = counters.get(i);
      if (counter.of.isOfRecipients() && !counter.key.equals(domain)) {
        continue;
      }
      Optional<LimitReached> reached = recipient(counter, address, i >= counted);
      if (reached.isPresent()) {
        counters.subList(counted, counters.size()).clear();
        return undo(before, reached);
      }
    }
    domains.add(domain);
    recipients.add(address);
    return Optional.empty();
  }

  private void addDomain(String domain) {
    for (Limits.Metered each : limits.metered()) {
      if (each.isOfRecipients()
          && each.limit().audience().has(who)
          && each.limit().audience().has(domain)) {
        counters.add(new Counter(each, domain));
      }
    }
  }

  private Optional<LimitReached> recipient(Counter counter, String address, boolean first) {
    int most = counter.of.limit().recipients();
    if (most > 0 && recipients.size() >= most) {
      return Optional.of(Replies.recipients(counter.of.limit(), counter.key));
    }
    Optional<LimitReached> reached = first ? take(counter, Kind.MESSAGES, 1) : Optional.empty();
    if (reached.isEmpty()) {
      reached = take(counter, Kind.RECIPIENTS, 1);
    }
    if (reached.isEmpty() && counter.of.countsNew() && !isKnown(counter, address)) {
      reached = take(counter, Kind.NEW_RECIPIENTS, 1);
    }
    return reached;
  }

  private boolean isKnown(Counter counter, String address) {
    return recipients.contains(address)
        || limits.known().has(counter.of.pairKey(counter.key), address);
  }

  /**
   * When the message is whole.
   *
   * @param octets of it
   */
  public Optional<LimitReached> end(long octets) {
    int before = taken.size();
    for (Counter counter : counters) {
      Optional<LimitReached> reached = tooLarge(counter, octets);
      if (reached.isEmpty()) {
        reached = take(counter, Kind.BYTES, octets);
      }
      if (reached.isPresent()) {
        return undo(before, reached);
      }
    }
    return Optional.empty();
  }

  /** The limit that the mail must be held for longest, if any. */
  public Optional<LimitReached> held() {
    return Optional.ofNullable(longest);
  }

  /**
   * What the mail will take of limits that hold when it is released, if that is later; for {@link
   * Limits#release}. Before {@link #accepted}.
   */
  public Optional<String> booked() {
    String lines =
        taken.stream()
            .filter(each -> later && each.meter.limit().consequence() == Consequence.HOLD)
            .map(each -> Bookings.line(each.meter, each.key, each.amount))
            .collect(Collectors.joining("\n"));
    return Optional.of(lines).filter(each -> !each.isEmpty());
  }

  /** The mail is accepted: what it has taken is spent. */
  public void accepted() {
    taken.clear();
    for (Counter counter : counters) {
      if (counter.of.countsNew()) {
        for (String address : recipients) {
          limits.known().add(counter.of.pairKey(counter.key), address);
        }
      }
    }
    limits.changed();
  }

  /** The mail is not: nothing is spent. Does nothing after {@link #accepted}. */
  public void giveBack() {
    giveBack(0);
  }

  private Optional<LimitReached> undo(int before, Optional<LimitReached> reached) {
    giveBack(before);
    return reached;
  }

  private void giveBack(int before) {
    while (taken.size() > before) {
      Taken last = taken.remove(taken.size() - 1);
      last.meter.giveBack(last.key, last.amount);
    }
  }

  private static Optional<LimitReached> tooLarge(Counter counter, long octets) {
    Limit limit = counter.of.limit();
    return limit.size() > 0 && octets > limit.size()
        ? Optional.of(Replies.size(limit, counter.key))
        : Optional.empty();
  }

  /** An early look: the message is not here yet, so nothing of its size is taken. */
  private Optional<LimitReached> look(Counter counter, long octets) {
    Limit limit = counter.of.limit();
    for (Meter meter : counter.of.meters(Kind.BYTES, later)) {
      if (octets > meter.rate().amount()) {
        return Optional.of(Replies.never(limit, meter.rate(), counter.key));
      }
      long wait = limit.consequence() == Consequence.HOLD ? 0 : meter.wait(counter.key, octets);
      if (wait > 0) {
        return Optional.of(Replies.rate(limit, meter.rate(), counter.key, Duration.ofNanos(wait)));
      }
    }
    return Optional.empty();
  }

  private Optional<LimitReached> take(Counter counter, Kind kind, long amount) {
    for (Meter meter : counter.of.meters(kind, later)) {
      if (amount > meter.rate().amount()) {
        return Optional.of(Replies.never(meter.limit(), meter.rate(), counter.key));
      }
      Optional<LimitReached> reached = take(meter, counter.key, amount);
      if (reached.isPresent()) {
        return reached;
      }
    }
    return Optional.empty();
  }

  private Optional<LimitReached> take(Meter meter, String key, long amount) {
    boolean holds = meter.limit().consequence() == Consequence.HOLD;
    long nanos = holds ? meter.reserve(key, amount) : meter.take(key, amount);
    Duration wait = Duration.ofNanos(nanos);
    if (nanos > 0 && (!holds || wait.compareTo(Meter.LONGEST_HOLD) > 0)) {
      return Optional.of(Replies.rate(meter.limit(), meter.rate(), key, wait));
    }
    taken.add(new Taken(meter, key, amount));
    if (nanos > 0 && !later) {
      longest = LimitReached.longer(longest, Replies.held(meter, key, wait));
    }
    return Optional.empty();
  }
}
