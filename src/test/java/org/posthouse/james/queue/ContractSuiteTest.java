/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.james.queue.api.DelayedMailQueueContract;
import org.apache.james.queue.api.DelayedManageableMailQueueContract;
import org.apache.james.queue.api.DelayedPriorityMailQueueContract;
import org.apache.james.queue.api.MailQueueContract;
import org.apache.james.queue.api.MailQueueFactoryContract;
import org.apache.james.queue.api.MailQueueMetricContract;
import org.apache.james.queue.api.ManageableMailQueueContract;
import org.apache.james.queue.api.ManageableMailQueueFactoryContract;
import org.apache.james.queue.api.PriorityMailQueueContract;
import org.apache.james.queue.api.PriorityManageableMailQueueContract;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** That James' contracts are met whole: none left out, weakened or switched off. */
class ContractSuiteTest {
  private static final Set<Class<?>> CONTRACTS =
      Set.of(
          MailQueueContract.class,
          DelayedMailQueueContract.class,
          PriorityMailQueueContract.class,
          DelayedPriorityMailQueueContract.class,
          ManageableMailQueueContract.class,
          DelayedManageableMailQueueContract.class,
          PriorityManageableMailQueueContract.class,
          MailQueueMetricContract.class,
          MailQueueFactoryContract.class,
          ManageableMailQueueFactoryContract.class);

  private static final long QUEUE_TESTS = 98;

  private static final long FACTORY_TESTS = 8;

  @Test
  void allTenContractsShouldBeImplemented() {
    Set<Class<?>> implemented = new java.util.HashSet<>();
    ours().forEach(type -> addInterfaces(type, implemented));
    assertThat(CONTRACTS).hasSize(10);
    assertThat(implemented).containsAll(CONTRACTS);
  }

  @Test
  void noContractTestShouldBeOverriddenOrDisabled() {
    Set<String> promised = new TreeSet<>();
    CONTRACTS.stream()
        .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
        .filter(Method::isDefault)
        .map(Method::getName)
        .forEach(promised::add);
    assertThat(promised).isNotEmpty();
    ours()
        .forEach(
            type -> {
              assertThat(type.isAnnotationPresent(Disabled.class)).isFalse();
              assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                  .as(type.getSimpleName())
                  .doesNotContainAnyElementsOf(promised);
            });
    assertThat(CONTRACTS.stream().flatMap(contract -> Arrays.stream(contract.getMethods())))
        .noneMatch(method -> method.isAnnotationPresent(Disabled.class));
  }

  @Test
  void everyContractTestShouldBeFound() {
    assertThat(found(RelayMailQueueTest.class)).isEqualTo(QUEUE_TESTS);
    assertThat(found(RelayMailQueueFactoryTest.class)).isEqualTo(FACTORY_TESTS);
  }

  private static Stream<Class<?>> ours() {
    return Stream.of(RelayMailQueueTest.class, RelayMailQueueFactoryTest.class);
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
    for (Class<?> contract : type.getInterfaces()) {
      all.add(contract);
      addInterfaces(contract, all);
    }
  }

  /** How many methods the build runs; one with parameters is a container there. */
  private static long found(Class<?> type) {
    return LauncherFactory.create()
        .discover(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(type)).build())
        .countTestIdentifiers(test -> test.getSource().orElse(null) instanceof MethodSource);
  }
}
