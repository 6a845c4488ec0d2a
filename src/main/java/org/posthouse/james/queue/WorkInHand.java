/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.queue.Step;

/**
 * Which queue item is being worked on, so that what is enqueued or stored meanwhile can commit with
 * the item's removal: a crash then either did all of it or none.
 *
 * <p>An item is found in three ways. While its mail runs through the processors, by the thread: all
 * that this thread enqueues belongs to it, split and generated mails too. By the mail: a consumer
 * that enqueues the very mail it was given (a retry, a bounce) means that item. And by the thread
 * again, when one that opened an item of a delivery queue sends something to the processors before
 * it is done: stock's delivery attempts a mail on one thread, and its bounce is another mail.
 */
public final class WorkInHand {
  private final Map<Mail, RelayMailQueueItem> open =
      Collections.synchronizedMap(new IdentityHashMap<>());

  // One instance lives as long as the server; a static one would mix two servers in one test JVM.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable RelayMailQueueItem> current = new ThreadLocal<>();

  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable RelayMailQueueItem> delivery = new ThreadLocal<>();

  /** Work on a mail; may throw whatever mailets throw. */
  @FunctionalInterface
  public interface Processing {
    void run() throws MessagingException;
  }

  /**
   * Runs a mail's way through the processors. When an exception escapes, everything enqueued and
   * stored on the way is forgotten: the mail will be processed again as a whole.
   */
  public void process(Mail mail, Processing processing) throws MessagingException {
    RelayMailQueueItem item = open.get(mail);
    if (item == null || current.get() != null) {
      processing.run();
      return;
    }
    current.set(item);
    try {
      processing.run();
    } catch (MessagingException | RuntimeException | Error e) {
      item.failed();
      throw e;
    } finally {
      current.remove();
    }
  }

  /** Adds to what commits with an item. */
  @FunctionalInterface
  public interface Staging {
    /**
     * Adds a change to the step.
     *
     * @param mail to store: the mail as it was taken, when processing has failed meanwhile
     */
    void add(Step step, Mail mail) throws MessagingException;
  }

  /** Stages a change with the item in hand; false when there is none. */
  public boolean stage(Mail mail, Staging staging) throws MessagingException {
    Optional<RelayMailQueueItem> item = itemFor(mail, false);
    if (item.isPresent()) {
      staging.add(item.get().step(), item.get().toStore(mail));
    }
    return item.isPresent();
  }

  /**
   * The item that a mail belongs to.
   *
   * @param toProcessors whether the mail goes to the spool queue
   */
  Optional<RelayMailQueueItem> itemFor(Mail mail, boolean toProcessors) {
    RelayMailQueueItem item = current.get();
    if (item == null) {
      item = open.get(mail);
    }
    return item == null && toProcessors
        ? Optional.ofNullable(delivery.get()).filter(RelayMailQueueItem::isOpen)
        : Optional.ofNullable(item);
  }

  void opened(Mail mail, RelayMailQueueItem item) {
    open.put(mail, item);
    if (item.isDelivery()) {
      delivery.set(item);
    }
  }

  void closed(Mail mail) {
    RelayMailQueueItem item = open.remove(mail);
    if (item != null && item.equals(delivery.get())) {
      delivery.remove();
    }
  }
}
