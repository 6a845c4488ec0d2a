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
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

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

  /** 98 methods, of which one has seven cases. */
  private static final long QUEUE_TESTS = 104;

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
  void everyContractTestShouldRunAndSucceed() {
    TestExecutionSummary queue = run(RelayMailQueueTest.class);
    assertThat(queue.getTestsSucceededCount()).isEqualTo(QUEUE_TESTS);
    assertThat(queue.getTestsFoundCount()).isEqualTo(QUEUE_TESTS);
    TestExecutionSummary factory = run(RelayMailQueueFactoryTest.class);
    assertThat(factory.getTestsSucceededCount()).isEqualTo(FACTORY_TESTS);
    assertThat(factory.getTestsFoundCount()).isEqualTo(FACTORY_TESTS);
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

  /** Once more, whatever the build filters: found, skipped and succeeded are told apart here. */
  private static TestExecutionSummary run(Class<?> type) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(type)).build(),
            listener);
    return listener.getSummary();
  }
}
