/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.Draft;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Step;
import org.posthouse.queue.Taken;
import org.posthouse.spool.Durability;
import org.posthouse.spool.SpoolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail that a consumer works on, and everything that is to commit with its removal.
 *
 * <p>SUCCESS removes it, unless a bounce or retry that belongs to it could not be stored; RETRY
 * gives it back unchanged and at once; REJECT, which the spooler uses when even its error handling
 * failed, gives it back after a pause: mail is never dropped here.
 */
final class RelayMailQueueItem implements MailQueueItem {
  private static final Logger LOGGER = LoggerFactory.getLogger(RelayMailQueueItem.class);
  private static final long PAUSE_AFTER_REJECT_MILLIS = 60_000;

  private final QueueContext context;
  private final Taken taken;
  private @Nullable Mail mail;
  private @Nullable QueuedMail entry;

  /** As stored; for a delivery, whose retry is compared with it. */
  private Draft.@Nullable Content content;

  private Step step;
  private final List<Staged> staged = new ArrayList<>();
  private List<MailAddress> recipients = List.of();
  private Set<RelayMailQueueItem> unopened = Collections.emptySet();
  private @Nullable Deferral deferral;
  private boolean givenBack;
  private boolean failed;
  private boolean lacking;
  private boolean done;

  RelayMailQueueItem(QueueContext context, Taken taken) {
    this.context = context;
    this.taken = taken;
    this.step = context.queues().step();
  }

  /** An item that is open, for who has read the entry and decides himself what becomes of it. */
  static RelayMailQueueItem opened(QueueContext context, Taken taken, Mails.Loaded loaded) {
    RelayMailQueueItem item = new RelayMailQueueItem(context, taken);
    item.adopt(loaded);
    return item;
  }

  private synchronized void adopt(Mails.Loaded loaded) {
    entry = loaded.entry();
    content = loaded.content();
    mail = loaded.mail();
    Deferral.mark(loaded.mail(), loaded.entry());
    recipients = List.copyOf(loaded.mail().getRecipients());
    context.work().opened(loaded.mail(), this);
  }

  /** Keeps this item among {@code items}, modifiable, for as long as nobody opens it. */
  synchronized void unopenedIn(Set<RelayMailQueueItem> items) {
    unopened = items;
    unopened.add(this);
  }

  /**
   * The mail to work on; who asks for it takes over the item.
   *
   * @throws IllegalStateException when the item was given back and someone else has it
   */
  @Override
  public synchronized Mail getMail() {
    if (mail == null) {
      open();
      mail = load();
      context.work().opened(mail, this);
      recipients = List.copyOf(mail.getRecipients());
    }
    return mail;
  }

  private void open() {
    unopened.remove(this);
    if (givenBack && !taken.reclaim()) {
      throw new IllegalStateException("the subscriber cancelled, the mail is back in the queue");
    }
    givenBack = false;
  }

  private Mail load() {
    try {
      Mails.Loaded read = context.mails().load(taken.id());
      entry = read.entry();
      Mail loaded = read.mail();
      if (isDelivery()) {
        content = read.content();
        Deferral.mark(loaded, read.entry());
      }
      return loaded;
    } catch (SpoolException.Unreadable e) {
      setAside(e);
      throw e;
    } catch (SpoolException e) {
      putBackLater(e);
      throw e;
    }
  }

  /** The disk did not read; nobody calls done() on an item that had no mail. */
  private void putBackLater(SpoolException reason) {
    done = true;
    LOGGER.error("entry {} is tried again in a minute: {}", taken.id(), reason.getMessage());
    CompletableFuture.delayedExecutor(PAUSE_AFTER_REJECT_MILLIS, TimeUnit.MILLISECONDS)
        .execute(taken::release);
  }

  private void setAside(SpoolException.Unreadable reason) {
    done = true;
    Mails.Remains remains = context.mails().remains(taken.id());
    context.events().setAside(remains, taken.queue().name(), reason);
    Step aside = context.queues().step();
    aside.setAside(taken, String.valueOf(reason.getMessage()));
    aside.commit(Durability.SYNCED).join();
  }

  /** Where to put what commits with this item. */
  synchronized Step step() {
    return step;
  }

  /**
   * Notes that this item's own mail is to be tried again. False when that is noted already, or when
   * more changed than an attempt changes: then it is stored as a new entry.
   *
   * @param due of the next attempt, in milliseconds since the epoch
   */
  synchronized boolean defers(DueQueue to, Mail other, long due) throws MessagingException {
    if (other != mail || !taken.queue().equals(to) || deferral != null || !isDelivery()) {
      return false;
    }
    Deferral wanted = Deferral.of(other, due);
    QueuedMail stored = Objects.requireNonNull(entry);
    // Not read again: an outcome must not depend on a store that cannot be read at the moment.
    Mail before = context.mails().make(stored, Objects.requireNonNull(content));
    try {
      if (!wanted.leavesUnchanged(stored, before, other)) {
        return false;
      }
    } finally {
      LifecycleUtil.dispose(before);
    }
    deferral = wanted;
    return true;
  }

  /** Notes, for the log, what a delivery enqueued; never called before the item is open. */
  synchronized void staged(Mail other, boolean toProcessors, Duration delay) {
    if (isDelivery()) {
      staged.add(Staged.of(getMail(), other, toProcessors, delay));
    }
  }

  /**
   * Notes that something could not be staged. A delivery may ignore that, so its item must stay.
   */
  synchronized void lacksSomething() {
    lacking = isDelivery();
  }

  /**
   * Whether this is the item's mail, or has the reverse-path that it has now or was accepted with.
   */
  synchronized boolean isFromSenderOf(Mail other) {
    Mail own = getMail();
    String sender = Addresses.reversePath(other.getMaybeSender());
    return other == own
        || sender.equals(Addresses.reversePath(own.getMaybeSender()))
        || sender.equals(Objects.requireNonNull(entry).reversePath());
  }

  boolean isDelivery() {
    return !context.isSpool();
  }

  synchronized boolean isOpen() {
    return mail != null && !done;
  }

  /** Forgets what was staged; the mail as it was accepted counts from now on. */
  synchronized void failed() {
    step.abandon();
    step = context.queues().step();
    staged.clear();
    failed = true;
  }

  /**
   * The mail to store when this item's mail is given. After a failure that is the mail as it was
   * taken: processing may have left it half changed, or even disposed.
   */
  synchronized Mail toStore(Mail given) {
    if (given != mail || !failed) {
      return given;
    }
    Mail pristine = context.mails().load(taken.id()).mail();
    given
        .getAttribute(JamesMailSpooler.MAIL_PROCESSING_ERROR_COUNT)
        .ifPresent(pristine::setAttribute);
    return pristine;
  }

  @Override
  public synchronized void done(CompletionStatus status) throws MailQueueException {
    if (done) {
      return;
    }
    Mail worked = getMail();
    switch (status) {
      case SUCCESS -> end(worked);
      case RETRY -> {
        step.abandon();
        taken.release();
      }
      case REJECT -> postpone();
    }
    done = true;
    context.work().closed(worked);
  }

  /** Puts the item back into the queue unless it was opened. */
  synchronized void giveBack() {
    if (mail == null && !done && !givenBack) {
      givenBack = true;
      taken.release();
    }
  }

  /**
   * Ends the work for who decides himself what becomes of the entry.
   *
   * @return what is to commit with that
   * @throws MailQueueException when something that belongs to it could not be stored
   */
  synchronized Step settled() throws MailQueueException {
    done = true;
    context.work().closed(getMail());
    if (lacking) {
      step.abandon();
      throw new MailQueueException("a bounce or notice of " + taken.id() + " could not be stored");
    }
    return step;
  }

  /** Ends the work; nothing of what was staged counts. */
  synchronized void abandon() {
    if (!done) {
      done = true;
      context.work().closed(getMail());
      step.abandon();
    }
  }

  private void end(Mail worked) throws MailQueueException {
    if (lacking) {
      postpone();
    } else {
      finish(worked);
    }
  }

  private void finish(Mail worked) throws MailQueueException {
    if (isDelivery()) {
      attempted(Objects.requireNonNull(entry), worked);
      await(step.commit(Durability.SYNCED_SOON));
    } else {
      step.finish(taken, Objects.requireNonNull(entry));
      commitBehind();
    }
  }

  private void attempted(QueuedMail stored, Mail worked) {
    Outcomes outcomes = Outcomes.of(worked, recipients, staged);
    context.events().attempted(worked, outcomes);
    if (deferral == null) {
      step.finish(taken, stored);
    } else {
      long now = context.clock().millis();
      step.defer(taken, deferral.records(stored, outcomes, now), deferral.due());
    }
  }

  /**
   * Commits a step inside without waiting: the log keeps the order, so nothing that is synced later
   * can be durable without it, and a crash before it repeats a step of which nobody has heard.
   */
  private void commitBehind() {
    step.commit(Durability.ORDERED)
        .exceptionally(
            failure -> {
              LOGGER.error("entry {} could not move on, will be tried again", taken.id(), failure);
              postponed().exceptionally(again -> putBack());
              return null;
            });
  }

  private @Nullable Void putBack() {
    taken.release();
    return null;
  }

  private void postpone() throws MailQueueException {
    step.abandon();
    await(postponed());
  }

  /** Nothing of it counts, and it is tried again after a pause. */
  private CompletableFuture<Void> postponed() {
    Step later = context.queues().step();
    later.postpone(taken, context.clock().millis() + PAUSE_AFTER_REJECT_MILLIS);
    return later.commit(Durability.SYNCED);
  }

  private static void await(CompletableFuture<Void> commit) throws MailQueueException {
    try {
      commit.join();
    } catch (CompletionException e) {
      throw new MailQueueException("an outcome could not be stored", e);
    }
  }
}
