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
import org.apache.mailet.ProcessingState;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.container.WorkingMailet;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stock's delivery, with two additions. Its loop is ours, so that the log can tell to which host a
 * mail went and why it did not. And stock drops a mail with the null reverse-path that it gives up;
 * a bounce is never bounced (RFC 5321 section 4.5.5), but with {@code doubleBounceProcessor} it is
 * kept: such mail goes to that processor, in the commit that takes it out of the queue. The
 * processor must not send it on.
 */
public class RemoteDelivery extends org.apache.james.transport.mailets.RemoteDelivery
    implements WorkingMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(RemoteDelivery.class);

  private final DNSService dns;
  private final DomainList domains;
  private final MailQueueFactory<?> queues;
  private final MetricFactory metrics;
  private Optional<ProcessingState> doubleBounces = Optional.empty();
  private @Nullable DeliveryLoop loop;

  @Inject
  public RemoteDelivery(
      DNSService dns, DomainList domains, MailQueueFactory<?> queues, MetricFactory metrics) {
    super(dns, domains, queues, metrics, ThreadState.DO_NOT_START_THREADS);
    this.dns = dns;
    this.domains = domains;
    this.queues = queues;
    this.metrics = metrics;
  }

  @Override
  public void init() throws MessagingException {
    doubleBounces =
        Optional.ofNullable(getInitParameter("doubleBounceProcessor")).map(ProcessingState::new);
    super.init();
    DeliverySettings configuration = new DeliverySettings(getMailetConfig(), domains);
    warnOfName(configuration.getHeloNameProvider().getHeloName());
    MailQueueName queue = configuration.getOutGoingQueueName();
    doubleBounces.ifPresent(processor -> keepDoubleBounces(queue, processor));
    DeliveryLoop started =
        new DeliveryLoop(
            queues.createQueue(queue), configuration, dns, getMailetContext(), metrics);
    started.start();
    loop = started;
  }

  /** Many hosts refuse mail from a host whose name has no domain (RFC 5321 section 4.1.4). */
  private static void warnOfName(String helo) {
    if (helo.indexOf('.') < 0) {
      LOGGER.warn(
          "the relay calls itself '{}', which many hosts refuse: give its full name as <heloName> of"
              + " RemoteDelivery, or as <defaultDomain> in domainlist.xml",
          helo);
    }
  }

  private void keepDoubleBounces(MailQueueName queue, ProcessingState processor) {
    if (queues instanceof RelayMailQueueFactory relay) {
      relay.keepGivenUp(queue, mail -> getMailetContext().sendMail(mail, processor.getValue()));
    }
  }

  @Override
  public void beginStop() {
    if (loop != null) {
      loop.beginStop();
    }
  }

  @Override
  public void destroy() {
    if (loop != null) {
      loop.stop();
    }
    super.destroy();
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return Stream.concat(super.requiredProcessingState().stream(), doubleBounces.stream()).toList();
  }
}
