/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import javax.inject.Inject;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;

/** Stock's spooler, which can be stopped also when it was never started; stock's fails then. */
final class Spooler extends JamesMailSpooler {
  private volatile boolean started;

  @Inject
  Spooler(
      MetricFactory metrics,
      GaugeRegistry gauges,
      MailProcessor processors,
      MailRepositoryStore repositories,
      MailQueueFactory<?> queues) {
    super(metrics, gauges, processors, repositories, queues);
  }

  @Override
  public void init() {
    super.init();
    // With no threads at all stock starts nothing.
    started = getThreadCount() > 0;
  }

  @Override
  public void dispose() {
    if (started) {
      super.dispose();
    }
  }
}
