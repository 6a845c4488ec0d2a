/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Clock;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.posthouse.queue.Queues;

/** Makes factories of queues as the server does, without the server. */
final class QueueFactories {
  private QueueFactories() {}

  static RelayMailQueueFactory over(Queues queues, WorkInHand work) {
    return over(queues, work, Doubts.none());
  }

  static RelayMailQueueFactory over(Queues queues, WorkInHand work, Doubts doubts) {
    return over(queues, work, doubts, new RecordingMetricFactory(), new NoopGaugeRegistry());
  }

  static RelayMailQueueFactory over(
      Queues queues, WorkInHand work, MetricFactory metrics, GaugeRegistry gauges) {
    return over(queues, work, Doubts.none(), metrics, gauges);
  }

  private static RelayMailQueueFactory over(
      Queues queues, WorkInHand work, Doubts doubts, MetricFactory metrics, GaugeRegistry gauges) {
    return new RelayMailQueueFactory(
        queues,
        work,
        doubts,
        Clock.systemUTC(),
        new RawMailQueueItemDecoratorFactory(),
        metrics,
        gauges);
  }
}
