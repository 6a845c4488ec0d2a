/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.dropwizard.DropWizardGaugeRegistry;
import org.apache.james.metrics.dropwizard.DropWizardMetricFactory;

/**
 * Metrics, kept in the process: the factory is never started, because all that starting does is to
 * publish every metric by JMX.
 */
final class MetricsModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(MetricRegistry.class).toInstance(new MetricRegistry());
    bind(DropWizardMetricFactory.class).in(Scopes.SINGLETON);
    bind(MetricFactory.class).to(DropWizardMetricFactory.class);
    bind(DropWizardGaugeRegistry.class).in(Scopes.SINGLETON);
    bind(GaugeRegistry.class).to(DropWizardGaugeRegistry.class);
  }
}
