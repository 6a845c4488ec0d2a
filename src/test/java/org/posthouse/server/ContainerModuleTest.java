/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.core.Domain;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.utils.ExtensionConfiguration;
import org.apache.james.utils.InitializationOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.identity.rights.LocalAddresses;
import org.posthouse.james.container.Finding;
import org.posthouse.james.container.ProcessingBoundary;
import org.posthouse.james.container.RelayProcessors;
import org.posthouse.james.queue.Doubts;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;
import org.posthouse.routing.Ourselves;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

class ContainerModuleTest {
  @TempDir Path root;

  @Test
  void stockSampleShouldStartWithWarningsAboutItsDeadParameters() throws Exception {
    Path file = Files.createDirectories(root.resolve("conf")).resolve("mailetcontainer.xml");
    Files.copy(
        Path.of(
            ContainerModuleTest.class
                .getResource("/stock/jpa-smtp-app/mailetcontainer.xml")
                .toURI()),
        file);
    RocksSpool spool = OpenStores.at(root.resolve("spool"));
    Injector injector =
        Guice.createInjector(
            new ContainerModule(new Home(root)), new DeliveryModule(), new Surroundings(spool));
    for (InitializationOperation operation :
        injector.getInstance(Key.get(new TypeLiteral<Set<InitializationOperation>>() {}))) {
      operation.initModule();
    }
    RelayProcessors processors = injector.getInstance(RelayProcessors.class);
    try {
      assertThat(injector.getInstance(MailProcessor.class)).isSameAs(processors);
      assertThat(processors.getProcessorStates())
          .containsExactlyInAnyOrder(
              "root", "error", "transport", "local-address-error", "relay-denied", "bounces");
      assertThat(processors.findings())
          .noneMatch(Finding::error)
          .extracting(Finding::toString)
          .satisfiesExactly(
              text ->
                  assertThat(text)
                      .contains("mailet 4 (RemoteDelivery), <outgoingQueue>")
                      .matches("line \\d+, processor '.*"),
              text -> assertThat(text).contains("mailet 4 (RemoteDelivery), <deliveryThreads>"),
              text ->
                  assertThat(text).contains("'relay-denied', mailet 2 (ToRepository): <notice>"));
      assertThat(injector.getInstance(JamesMailSpooler.class).getThreadCount()).isEqualTo(20);
    } finally {
      injector.getInstance(JamesMailSpooler.class).dispose();
      processors.dispose();
      injector.getInstance(DeliveryParts.class).close();
      spool.close();
    }
  }

  private static final class Surroundings extends AbstractModule {
    private final RelayMailQueueFactory queues;

    Surroundings(RocksSpool spool) {
      queues =
          new RelayMailQueueFactory(
              new Queues(spool, Clock.systemUTC()),
              new WorkInHand(),
              Doubts.none(),
              Clock.systemUTC(),
              new RawMailQueueItemDecoratorFactory(),
              new RecordingMetricFactory(),
              new NoopGaugeRegistry());
    }

    @Override
    protected void configure() {
      bind(MetricFactory.class).to(RecordingMetricFactory.class);
      bind(GaugeRegistry.class).to(NoopGaugeRegistry.class);
      bind(ProcessingBoundary.class).toInstance(ProcessingBoundary.NONE);
      bind(ExtensionConfiguration.class).toInstance(ExtensionConfiguration.DEFAULT);
      bind(ConfigurationProvider.class)
          .toInstance(
              (component, level) ->
                  component.equals("mailetcontainer") ? sample() : new XMLConfiguration());
      bind(new TypeLiteral<MailQueueFactory<?>>() {}).toInstance(queues);
      bind(RelayMailQueueFactory.class).toInstance(queues);
      bind(MetricRegistry.class).toInstance(new MetricRegistry());
      bind(LocalAddresses.class).toInstance(LocalAddresses.NONE);
      bind(Clock.class).toInstance(Clock.systemUTC());
      bind(Ourselves.class).toInstance(host -> false);
      bind(DeliveryConfiguration.class)
          .toInstance(
              DeliveryConfiguration.read(
                  new Settings(Path.of("relay.xml"), new XMLConfiguration()),
                  Path.of("."),
                  "",
                  address -> true));
      stub(DNSService.class, DomainList.class, UsersRepository.class, RecipientRewriteTable.class);
      stub(MailRepositoryStore.class, FileSystem.class);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void stub(Class<?>... types) {
      for (Class type : types) {
        bind(type).toInstance(harmless(type));
      }
    }

    private static XMLConfiguration sample() {
      try {
        XMLConfiguration xml = new XMLConfiguration();
        new FileHandler(xml)
            .load(ContainerModuleTest.class.getResource("/stock/jpa-smtp-app/mailetcontainer.xml"));
        return xml;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Answers every call with something harmless. */
  private static <T> T harmless(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer(method.getReturnType())));
  }

  private static Object answer(Class<?> type) throws Exception {
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == Domain.class) {
      return Domain.LOCALHOST;
    }
    if (type == boolean.class) {
      return false;
    }
    if (type == java.io.File.class) {
      throw new java.io.FileNotFoundException();
    }
    if (type == Publisher.class) {
      return Flux.never();
    }
    return type.isInterface() ? harmless(type) : null;
  }
}
