/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.security.GeneralSecurityException;
import java.time.Clock;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.dns.SystemDns;
import org.posthouse.james.delivery.Deliveries;
import org.posthouse.james.delivery.OwnNames;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.routing.NameServers;
import org.posthouse.routing.Ourselves;

/** The engine that delivers mail, what its RemoteDeliveries share, and whom the DNS is asked by. */
final class DeliveryModule extends AbstractModule {
  @Provides
  @Singleton
  NameServers nameServers(ConfigurationProvider configurations) throws ConfigurationException {
    return NameServers.read(configurations.getConfiguration("dnsservice"));
  }

  /** For our mailets; in a server without this binding theirs asks the system's name servers. */
  @Provides
  @Singleton
  SystemDns dnsOfMailets(NameServers servers) {
    return new SystemDns(servers.servers());
  }

  @Provides
  @Singleton
  DeliveryParts parts(
      NameServers servers,
      DeliveryConfiguration relay,
      DeliveryMetrics metrics,
      MetricRegistry registry,
      Ourselves ours,
      Clock clock)
      throws GeneralSecurityException {
    DeliveryParts parts =
        new DeliveryParts(servers.lookUps(), ours, clock, metrics, relay.connections());
    DeliveryGauges unused = new DeliveryGauges(registry, metrics, parts.engine()::sites);
    return parts;
  }

  @Provides
  @Singleton
  DeliveryMetrics metrics(MetricRegistry registry) {
    return new DeliveryMetrics(registry);
  }

  @Provides
  @Singleton
  OwnNames ownNames() {
    return new OwnNames();
  }

  @Provides
  @Singleton
  Deliveries deliveries(
      RelayMailQueueFactory queues,
      DeliveryParts parts,
      DeliveryConfiguration relay,
      OwnNames ours,
      Clock clock) {
    return new Deliveries(queues, parts.engine(), relay, ours, clock);
  }
}
