/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.MailContent;
import org.posthouse.smtp.Transaction;

/** A mail without a queue, which remembers what became of it. */
final class Letter implements Outgoing {
  private final String sender;
  private final NextHop nextHop;
  private final SiteSettings settings;
  private final List<String> recipients;
  private final List<Attempt> attempts = new ArrayList<>();
  private final List<Doubt> doubts = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private Instant settled = Instant.MAX;
  private boolean putBack;
  private boolean copies;
  private boolean released;
  private Letter fallback;
  private DeliveryEngine recaller;

  Letter(String sender, NextHop nextHop, SiteSettings settings, String... recipients) {
    this.sender = sender;
    this.nextHop = nextHop;
    this.settings = settings;
    this.recipients = new ArrayList<>(Arrays.asList(recipients));
  }

  @Override
  public String id() {
    return recipients.toString();
  }

  @Override
  public String sender() {
    return sender;
  }

  @Override
  public NextHop nextHop() {
    return nextHop;
  }

  @Override
  public Optional<Outgoing> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** Has another way, on which the letter counts as another one. */
  Letter or(Letter other) {
    fallback = other;
    return this;
  }

  @Override
  public SiteSettings settings(List<String> hosts) {
    return settings;
  }

  @Override
  public boolean isOverdue() {
    return false;
  }

  @Override
  public Optional<Transaction> load(int most) {
    return Optional.of(
        new Transaction(
            sender,
            null,
            null,
            recipients.stream().limit(most).map(Transaction.To::of).toList(),
            MailContent.of("Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII))));
  }

  @Override
  public boolean mayJoin(Outgoing other) {
    return copies && other instanceof Letter letter && letter.copies;
  }

  /** As one of several entries of the same mail. */
  Letter copy() {
    copies = true;
    return this;
  }

  @Override
  public synchronized CompletableFuture<Void> settle(Attempt attempt) {
    attempts.add(attempt);
    settled = Instant.now();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized void inDoubt(Doubt doubt) {
    doubts.add(doubt);
  }

  @Override
  public synchronized void notTaken(Doubt doubt) {
    doubts.remove(doubt);
  }

  /** What hosts may have, as {@code host: recipients}, or have had. */
  synchronized List<String> doubts() {
    return doubts.stream()
        .map(doubt -> doubt.host().name() + ": " + new TreeSet<>(doubt.recipients()))
        .toList();
  }

  @Override
  public synchronized CompletableFuture<Boolean> settleSome(Attempt attempt) {
    early.addAll(attempt.outcomes().stream().map(Attempt.Outcome::recipient).toList());
    return CompletableFuture.completedFuture(false);
  }

  /** Of whom an outcome was stored before the attempt was over. */
  synchronized List<String> settledEarly() {
    return List.copyOf(early);
  }

  @Override
  public long suspendedUntil() {
    return 0;
  }

  @Override
  public synchronized void putBack(long due) {
    putBack = true;
  }

  @Override
  public synchronized Recall recall() {
    return () -> recaller == null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public synchronized boolean isEarly() {
    return !attempts.isEmpty();
  }

  /** As one that stays in its queue when it is put off. */
  Letter recallable(DeliveryEngine engine) {
    recaller = engine;
    return this;
  }

  @Override
  public synchronized void release() {
    released = true;
  }

  synchronized boolean isReleased() {
    return released;
  }

  synchronized boolean isPutBack() {
    return putBack;
  }

  synchronized List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  /** What became of its recipients at the last attempt, as {@code recipient DISPOSITION answer}. */
  synchronized List<String> outcomes() {
    if (attempts.isEmpty()) {
      return List.of();
    }
    Attempt last = attempts.get(attempts.size() - 1);
    List<Attempt.Outcome> all = new ArrayList<>(last.outcomes());
    all.removeIf(outcome -> !recipients.contains(outcome.recipient()));
    if (last.others() != null) {
      all.add(last.others());
    }
    return all.stream()
        .map(o -> (o.recipient() + " " + o.ruling().disposition() + " " + o.text()).strip())
        .toList();
  }

  synchronized boolean isDelivered() {
    return !attempts.isEmpty()
        && outcomes().stream().allMatch(outcome -> outcome.contains(" DELIVERED "));
  }

  /** When the last attempt was over; far away before there is one. */
  synchronized Instant settled() {
    return settled;
  }

  synchronized Duration since(Instant start) {
    return Duration.between(start, settled);
  }
}
