/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.jspecify.annotations.Nullable;
import org.posthouse.admin.ControlCommand;
import org.posthouse.admin.ControlException;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.Home;
import org.posthouse.james.smtp.Listener;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.queue.Aside;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.Trouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control command {@code status}. */
record StatusControl(Home home, Version version, Lifecycle lifecycle, Injector injector)
    implements ControlCommand {
  private static final Logger LOGGER = LoggerFactory.getLogger(StatusControl.class);

  /** The answer; sizes count mails, not recipients, and are left out while no store is open. */
  record Status(
      String state,
      String version,
      String jamesVersion,
      long pid,
      long uptimeSeconds,
      String home,
      List<Listener> listeners,
      Map<String, Long> queues,
      Store store) {}

  /**
   * Whether the store takes mail.
   *
   * @param state "ok", "damaged" (takes mail nevertheless) or "refuses mail"
   * @param reason what is wrong, else null
   * @param since when it began, else null; as ISO 8601
   * @param aside mails that could not be read and were set aside; null when none, or not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Store(
      String state, @Nullable String reason, @Nullable String since, @Nullable Integer aside) {
    static Store of(RocksSpool spool) {
      Integer aside = aside(spool);
      return spool
          .trouble()
          .map(trouble -> of("refuses mail", trouble, aside))
          .or(() -> spool.damage().map(damage -> of("damaged", damage, aside)))
          .orElse(new Store("ok", null, null, aside));
    }

    private static Store of(String state, Trouble trouble, @Nullable Integer aside) {
      return new Store(state, trouble.reason(), seconds(trouble.since()), aside);
    }

    private static @Nullable Integer aside(RocksSpool spool) {
      try {
        int aside = Aside.all(spool).size();
        return aside == 0 ? null : aside;
      } catch (SpoolException e) {
        LOGGER.debug("mail that was set aside is not known", e);
        return null;
      }
    }

    private static String seconds(Instant since) {
      return since.truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }

  @Override
  public Object answer(List<String> arguments) throws MailQueueException, ControlException {
    if (lifecycle.state() == Lifecycle.State.STARTING) {
      throw new ControlException(ExitCodes.IN_USE, "the server is starting");
    }
    return new Status(
        lifecycle.state().name().toLowerCase(Locale.ROOT),
        version.posthouse(),
        version.james(),
        ProcessHandle.current().pid(),
        TimeUnit.MILLISECONDS.toSeconds(ManagementFactory.getRuntimeMXBean().getUptime()),
        home.root().toString(),
        injector.getInstance(RelaySmtpServerFactory.class).listeners(),
        queueSizes(),
        Store.of(injector.getInstance(RocksSpool.class)));
  }

  /** A store that is opened anew must not keep the server from saying so. */
  static Map<String, Long> queueSizes(MailQueueFactory<? extends ManageableMailQueue> factory)
      throws MailQueueException {
    Map<String, Long> sizes = new TreeMap<>();
    try {
      for (MailQueueName name : factory.listCreatedMailQueues()) {
        sizes.put(name.asString(), size(factory, name));
      }
    } catch (SpoolException e) {
      LOGGER.debug("sizes of queues unknown", e);
    }
    return sizes;
  }

  private Map<String, Long> queueSizes() throws MailQueueException {
    return queueSizes(
        injector.getInstance(
            Key.get(new TypeLiteral<MailQueueFactory<? extends ManageableMailQueue>>() {})));
  }

  private static long size(
      MailQueueFactory<? extends ManageableMailQueue> factory, MailQueueName name)
      throws MailQueueException {
    ManageableMailQueue queue = factory.getQueue(name).orElse(null);
    // Queues are counted by users and the last close ends them: this use ends with the question.
    try (queue) {
      return queue == null ? 0 : queue.getSize();
    } catch (java.io.IOException e) {
      throw new MailQueueException("cannot close " + name.asString(), e);
    }
  }
}
