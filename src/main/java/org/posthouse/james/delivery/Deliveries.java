/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.queue.api.MailQueueName;
import org.apache.mailet.MailetContext;
import org.apache.mailet.ProcessingState;
import org.posthouse.delivery.DeliveryEngine;
import org.posthouse.delivery.Source;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.delivery.config.DoubleBounce;
import org.posthouse.james.queue.OutgoingQueue;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.routing.NextHop.Smarthost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All RemoteDeliveries of a configuration, over one engine. */
public final class Deliveries {
  private static final Logger LOGGER = LoggerFactory.getLogger(Deliveries.class);
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** What was cut short among them is stored meanwhile. */
  private static final Duration STORED = Duration.ofMillis(300);

  private static final long LOOK_MILLIS = 5;

  private final RelayMailQueueFactory queues;
  private final DeliveryEngine engine;
  private final DeliveryConfiguration relay;
  private final OwnNames ours;
  private final Clock clock;
  private final Map<MailQueueName, OutgoingQueue> outgoing = new LinkedHashMap<>();
  private final List<ConfiguredTerms> all = new ArrayList<>();
  private boolean started;
  private boolean stopping;
  private boolean stopped;
  private long stopBegan;

  public Deliveries(
      RelayMailQueueFactory queues,
      DeliveryEngine engine,
      DeliveryConfiguration relay,
      OwnNames ours,
      Clock clock) {
    this.queues = queues;
    this.engine = engine;
    this.relay = relay;
    this.ours = ours;
    this.clock = clock;
  }

  /**
   * Adds a delivery.
   *
   * @param doubleBounces where bounces go that cannot be delivered
   * @param eightBit where mail goes that was converted to 7 bits; empty to bounce it
   * @return what its mail is to be marked with
   */
  public synchronized String add(
      WrittenParameters written,
      MailetContext context,
      Optional<ProcessingState> doubleBounces,
      Optional<ProcessingState> eightBit) {
    String name = ConfiguredTerms.heloName(written, relay);
    warnOfName(name);
    ours.add(name);
    relay.heloNames().forEach(ours::add);
    ConfiguredTerms terms =
        new ConfiguredTerms(
            written,
            relay,
            new Notices(
                written,
                context,
                doubleBounces,
                eightBit,
                relay.doubleBounce() == DoubleBounce.POSTMASTER,
                new Reports(name, context, clock)));
    outgoing
        .computeIfAbsent(written.getOutGoingQueueName(), queue -> queues.outgoing(queue, engine))
        .add(terms);
    all.add(terms);
    return terms.identity();
  }

  /** Where connections of all deliveries may come from, as far as they are known by now. */
  public synchronized List<Source> sources() {
    return all.stream().flatMap(terms -> terms.sources().stream()).distinct().toList();
  }

  /** The smarthosts that mail of any delivery may go to. */
  public synchronized List<Smarthost> smarthosts() {
    return all.stream().flatMap(terms -> terms.smarthosts().stream()).distinct().toList();
  }

  /** Many hosts refuse mail from a host whose name has no domain (RFC 5321 section 4.1.4). */
  private static void warnOfName(String helo) {
    if (helo.indexOf('.') < 0) {
      LOGGER.warn(
          "the relay calls itself '{}', which many hosts refuse: give its full name as <heloName>"
              + " in <delivery> of relay.xml, or as <defaultDomain> in domainlist.xml",
          helo);
    }
  }

  /** The queues that mail is delivered from. */
  public synchronized List<OutgoingQueue> queues() {
    return List.copyOf(outgoing.values());
  }

  /**
   * Begins to deliver, when all terms are known: mail is delivered on the terms it was queued on.
   */
  public synchronized void start() {
    if (!started) {
      started = true;
      engine.keepRatesIn(queues.spentRates());
      outgoing.values().forEach(OutgoingQueue::start);
    }
  }

  /** Begins no attempt from now on. */
  public synchronized void beginStop() {
    if (!stopping) {
      stopping = true;
      stopBegan = System.nanoTime();
      outgoing.values().forEach(OutgoingQueue::stop);
      engine.stop();
    }
  }

  /** Lets attempts under way end for a moment, since a host may just be about to accept. */
  public synchronized void stop() {
    beginStop();
    if (stopped) {
      return;
    }
    stopped = true;
    if (!isIdle(GRACE)) {
      LOGGER.info(
          "attempts of delivery are cut short: their hosts did not answer in {} s",
          GRACE.toSeconds());
      engine.breakOff();
      boolean unused = isIdle(GRACE.plus(STORED));
    }
    engine.abandon();
  }

  /** Waits until nothing is under way, at most until so long after the stop has begun. */
  private boolean isIdle(Duration limit) {
    while (engine.isBusy()) {
      if (System.nanoTime() - stopBegan > limit.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
