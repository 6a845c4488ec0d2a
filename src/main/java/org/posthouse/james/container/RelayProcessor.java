/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.impl.MailetProcessorImpl;
import org.apache.james.mailetcontainer.impl.MatcherMailetPair;
import org.apache.james.mailetcontainer.impl.MatcherSplitter;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.mailet.Mail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One processor: its mailets in order. It differs from stock's in what happens at its end: mail
 * that is still there goes to the error processor rather than being deleted. Every way to end on
 * purpose (RemoteDelivery, ToRepository, Null, ToProcessor) takes the mail away before the end, and
 * all processors of stock's sample do, so the end is reached by mistake only. The error processor
 * keeps stock's meaning, where its end deletes.
 */
public class RelayProcessor extends MailetProcessorImpl {
  private static final Logger LOGGER = LoggerFactory.getLogger(RelayProcessor.class);

  private final RelayProcessors all;
  private final MetricFactory metrics;
  private List<Step> steps = List.of();
  private List<MatcherMailetPair> routing = List.of();

  /** A matcher and the mailet behind it. */
  private record Step(RecipientSplitter splitter, MailetStep mailet) {}

  RelayProcessor(MetricFactory metrics, RelayProcessors all) {
    super(metrics);
    this.metrics = metrics;
    this.all = all;
  }

  /** Takes the configuration without JMX: two live chains would claim the same names. */
  @Override
  public void configure(HierarchicalConfiguration<ImmutableNode> config)
      throws ConfigurationException {
    HierarchicalConfiguration<ImmutableNode> copy = new BaseHierarchicalConfiguration(config);
    copy.setProperty("[@enableJmx]", false);
    super.configure(copy);
  }

  @Override
  protected void setupRouting(List<MatcherMailetPair> pairs) throws MessagingException {
    super.setupRouting(pairs);
    routing = List.copyOf(pairs);
    steps =
        pairs.stream()
            .map(
                pair ->
                    new Step(
                        new RecipientSplitter(this, pair), new MailetStep(this, pair.getMailet())))
            .toList();
  }

  /** None when the processor could not be configured, where stock fails. */
  @Override
  public List<MatcherMailetPair> getPairs() {
    return routing;
  }

  @Override
  public void service(Mail mail) {
    try {
      List<Mail> inFlight = List.of(mail);
      for (Step step : steps) {
        inFlight = run(step, inFlight);
      }
      for (Mail rest : inFlight) {
        reachedTheEnd(rest);
      }
    } catch (MessagingException e) {
      throw Failure.<RuntimeException>rethrow(e);
    }
  }

  /** Runs one step on all mail and answers what is still in this processor. */
  private List<Mail> run(Step step, List<Mail> inFlight) throws MessagingException {
    List<Mail> split = new ArrayList<>();
    for (Mail mail : inFlight) {
      split.addAll(step.splitter().split(mail));
    }
    List<Mail> done = new ArrayList<>();
    for (Mail mail : split) {
      if (mail.removeAttribute(MatcherSplitter.MATCHER_MATCHED_ATTRIBUTE).isPresent()) {
        Collection<MailAddress> before = mail.getRecipients();
        step.mailet().process(mail);
        done.addAll(isChangedHere(mail, before) ? all.parted(mail, before) : List.of(mail));
      } else {
        done.add(mail);
      }
    }
    for (Mail mail : done) {
      if (!isHere(mail) && !mail.getState().equals(Mail.GHOST)) {
        toProcessor(mail);
      }
    }
    return done.stream().filter(this::isHere).toList();
  }

  /** A mail has other recipients by another collection of them. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isChangedHere(Mail mail, Collection<MailAddress> before) {
    return isHere(mail) && mail.getRecipients() != before;
  }

  private boolean isHere(Mail mail) {
    return mail.getState().equals(getState());
  }

  private void reachedTheEnd(Mail mail) throws MessagingException {
    if (getState().equals(Mail.ERROR)) {
      LOGGER.warn("Mail {} reached the end of the error processor and is deleted", mail.getName());
      mail.setState(Mail.GHOST);
      return;
    }
    all.frame().fellOff(mail, getState());
    String text = "The end of processor '" + getState() + "' was reached: no mailet took the mail";
    LOGGER.error("Mail {} goes to the error processor. {}", mail.getName(), text);
    mail.setErrorMessage(text);
    mail.setState(Mail.ERROR);
    toProcessor(mail);
  }

  MetricFactory metrics() {
    return metrics;
  }

  void copied(Mail copy) {
    all.frame().copied(copy);
  }

  /** The processor that a configuration means, or the given name when there is none. */
  String nameOf(String wanted) {
    return ProcessorNames.find(List.of(all.getProcessorStates()), wanted).orElse(wanted);
  }
}
