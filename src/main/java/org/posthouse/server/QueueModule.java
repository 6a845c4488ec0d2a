/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import java.time.Clock;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.modules.server.RawPostDequeueDecoratorModule;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.container.ProcessingBoundary;
import org.posthouse.james.overload.Overload;
import org.posthouse.james.queue.Doubts;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.james.repository.RelayMailRepositoryStore;
import org.posthouse.james.smtp.Release;
import org.posthouse.queue.Queues;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where accepted mail is kept: one store under the queues and the repositories. */
final class QueueModule extends AbstractModule {
  private static final Logger LOGGER = LoggerFactory.getLogger(QueueModule.class);

  private final Home home;

  QueueModule(Home home) {
    this.home = home;
  }

  @Override
  protected void configure() {
    install(new RawPostDequeueDecoratorModule());
    bind(WorkInHand.class).toInstance(new WorkInHand());
    bind(new TypeLiteral<MailQueueFactory<?>>() {}).to(RelayMailQueueFactory.class);
    bind(new TypeLiteral<MailQueueFactory<? extends MailQueue>>() {})
        .to(RelayMailQueueFactory.class);
    bind(new TypeLiteral<MailQueueFactory<? extends ManageableMailQueue>>() {})
        .to(RelayMailQueueFactory.class);
  }

  @Provides
  @Singleton
  RelayConfiguration relay(ConfigurationProvider configurations) throws ConfigurationException {
    Settings relay =
        new Settings(home.conf().resolve("relay.xml"), configurations.getConfiguration("relay"));
    RelayConfiguration configuration = RelayConfiguration.read(relay, home);
    relay.check();
    return configuration;
  }

  @Provides
  SessionLimits reception(RelayConfiguration relay) {
    return relay.reception();
  }

  @Provides
  @Singleton
  DeliveryConfiguration delivery(RelayConfiguration relay) {
    return relay.delivery();
  }

  @Provides
  @Singleton
  RocksSpool spool(RelayConfiguration relay, Clock clock) {
    SpoolConfiguration configuration = relay.spool();
    if (configuration.reserve() < SpoolConfiguration.LEAST_RESERVE) {
      LOGGER.warn(
          "relay.xml: <reserve> of less than {} MiB does not hold: what stands in memory and in"
              + " logs is written to files within it, and a disk that gets full may stay so",
          SpoolConfiguration.LEAST_RESERVE >> 20);
    }
    if (!configuration.sync()) {
      LOGGER.warn("relay.xml: <sync> is false: mail that was accepted is lost when the power goes");
    }
    return RocksSpool.open(configuration, clock);
  }

  @Provides
  @Singleton
  Queues queues(RocksSpool spool, Clock clock) {
    return new Queues(spool, clock);
  }

  @Provides
  @Singleton
  Overload overload(RelayConfiguration relay, RocksSpool spool, Queues queues, Clock clock) {
    return Overload.of(
        relay.overload(),
        spool.directory(),
        relay.spool().reserve(),
        queues.queue(MailQueueFactory.SPOOL.asString()),
        clock);
  }

  /** Of a store that is open, and so no other process's. */
  @Provides
  @Singleton
  Doubts doubts(RocksSpool spool) {
    return Doubts.open(spool.directory());
  }

  @Provides
  @Singleton
  RelayMailQueueFactory factory(
      Queues queues,
      WorkInHand work,
      Doubts doubts,
      Clock clock,
      MailQueueItemDecoratorFactory decorators,
      MetricFactory metrics,
      GaugeRegistry gauges) {
    return new RelayMailQueueFactory(queues, work, doubts, clock, decorators, metrics, gauges);
  }

  @Provides
  @Singleton
  MailRepositoryStore repositories(Queues queues, WorkInHand work) {
    return new RelayMailRepositoryStore(queues, work);
  }

  @Provides
  ProcessingBoundary boundary(WorkInHand work, Release release) {
    return (mail, processing) ->
        work.process(
            mail,
            () -> {
              if (release.goesOn(mail)) {
                processing.run();
              }
            });
  }
}
