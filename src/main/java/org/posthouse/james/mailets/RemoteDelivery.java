/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.ProcessingState;
import org.posthouse.james.queue.RelayMailQueueFactory;

/**
 * Stock's delivery, which drops a mail with the null reverse-path that it gives up. A bounce is
 * never bounced (RFC 5321 section 4.5.5), but with {@code doubleBounceProcessor} it is kept: such
 * mail goes to that processor, in the commit that takes it out of the queue. The processor must not
 * send it on.
 */
public class RemoteDelivery extends org.apache.james.transport.mailets.RemoteDelivery {
  private final MailQueueFactory<?> queues;
  private Optional<ProcessingState> doubleBounces = Optional.empty();

  @Inject
  public RemoteDelivery(
      DNSService dns, DomainList domains, MailQueueFactory<?> queues, MetricFactory metrics) {
    super(dns, domains, queues, metrics);
    this.queues = queues;
  }

  @Override
  public void init() throws MessagingException {
    doubleBounces =
        Optional.ofNullable(getInitParameter("doubleBounceProcessor")).map(ProcessingState::new);
    doubleBounces.ifPresent(this::keepDoubleBounces);
    super.init();
  }

  private void keepDoubleBounces(ProcessingState processor) {
    MailQueueName queue =
        Optional.ofNullable(getInitParameter(RemoteDeliveryConfiguration.OUTGOING))
            .map(MailQueueName::of)
            .orElse(RemoteDeliveryConfiguration.DEFAULT_OUTGOING_QUEUE_NAME);
    if (queues instanceof RelayMailQueueFactory relay) {
      relay.keepGivenUp(queue, mail -> getMailetContext().sendMail(mail, processor.getValue()));
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return Stream.concat(super.requiredProcessingState().stream(), doubleBounces.stream()).toList();
  }
}
