/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.transport.mailets.remote.delivery.DeliveryRetriesHelper;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.container.WorkingMailet;
import org.posthouse.james.delivery.Deliveries;
import org.posthouse.james.delivery.WrittenParameters;
import org.posthouse.james.queue.DeliveryIdentity;
import org.posthouse.james.queue.RelayMailQueueFactory;

/**
 * Hands mail to a queue from which the relay's own engine delivers it, with the parameters of
 * stock's RemoteDelivery; src/doc/DELIVERY.md tells how each maps. {@code doubleBounceProcessor} is
 * ours: a bounce is never bounced (RFC 5321, section 4.5.5), and with it goes to that processor,
 * which must not send it on. So is {@code eightBitProcessor}: 8-bit mail for a host that takes 7
 * bits only goes there, converted, to be signed again.
 */
public class RemoteDelivery extends GenericMailet implements WorkingMailet {
  /** Stands between a mail's name and a domain, as in stock, for processors that look at it. */
  public static final String NAME_JUNCTION = "-to-";

  private final DomainList domains;
  private final RelayMailQueueFactory queues;
  private final Deliveries deliveries;
  private @Nullable WrittenParameters written;
  private @Nullable MailQueue queue;
  private String identity = "";

  @Inject
  public RemoteDelivery(DomainList domains, RelayMailQueueFactory queues, Deliveries deliveries) {
    this.domains = domains;
    this.queues = queues;
    this.deliveries = deliveries;
  }

  @Override
  public void init() throws MessagingException {
    WrittenParameters parameters = new WrittenParameters(getMailetConfig(), domains);
    written = parameters;
    queue = queues.createQueue(parameters.getOutGoingQueueName());
    identity = deliveries.add(parameters, getMailetContext(), doubleBounces(), eightBit());
  }

  private Optional<ProcessingState> doubleBounces() {
    return Optional.ofNullable(getInitParameter("doubleBounceProcessor")).map(ProcessingState::new);
  }

  private Optional<ProcessingState> eightBit() {
    return Optional.ofNullable(getInitParameter("eightBitProcessor")).map(ProcessingState::new);
  }

  private WrittenParameters written() {
    if (written == null) {
      throw new IllegalStateException("not initialised");
    }
    return written;
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (!written().isUsePriority()) {
      mail.removeAttribute(MailPrioritySupport.MAIL_PRIORITY);
    }
    // Attempts at a mail that this one was made from are none at this one.
    mail.removeAttribute(DeliveryRetriesHelper.DELIVERY_RETRY_COUNT);
    if (!mail.getRecipients().isEmpty()) {
      DeliveryIdentity.set(mail, identity);
      if (written().getGatewayServer().isEmpty()) {
        enqueueByDomain(mail);
      } else {
        enqueue(mail);
      }
    }
    mail.setState(Mail.GHOST);
  }

  private void enqueueByDomain(Mail mail) throws MessagingException {
    String name = mail.getName();
    Map<String, List<MailAddress>> byDomain = new LinkedHashMap<>();
    for (MailAddress recipient : mail.getRecipients()) {
      byDomain
          .computeIfAbsent(recipient.getDomain().name(), domain -> new ArrayList<>())
          .add(recipient);
    }
    for (Map.Entry<String, List<MailAddress>> each : byDomain.entrySet()) {
      mail.setRecipients(each.getValue());
      mail.setName(name + NAME_JUNCTION + each.getKey());
      enqueue(mail);
    }
  }

  private void enqueue(Mail mail) throws MessagingException {
    if (queue == null) {
      throw new IllegalStateException("not initialised");
    }
    queue.enQueue(mail);
  }

  @Override
  public void beginWork() {
    deliveries.start();
  }

  @Override
  public void beginStop() {
    deliveries.beginStop();
  }

  @Override
  public void destroy() {
    deliveries.stop();
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return Stream.of(
            written().getBounceProcessor().stream(),
            written().getOnSuccess().stream(),
            doubleBounces().stream(),
            eightBit().stream())
        .flatMap(states -> states)
        .toList();
  }

  @Override
  public String getMailetInfo() {
    return "RemoteDelivery of Posthouse";
  }
}
