/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.inject.Provider;
import javax.mail.MessagingException;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.james.mailetcontainer.impl.MatcherMailetPair;
import org.apache.james.mailetcontainer.lib.AbstractStateCompositeProcessor;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Lines;
import org.posthouse.identity.rights.LocalAddresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processors of one mailetcontainer.xml. Several may live at once; none registers with JMX.
 *
 * <p>One thread serves one mail at a time, with all copies split from it. When an exception leaves
 * the outermost call, the mail is put back as it came in and the boundary is told.
 */
public class RelayProcessors extends AbstractStateCompositeProcessor {
  private static final Logger LOGGER = LoggerFactory.getLogger(RelayProcessors.class);

  private final MetricFactory metrics;
  private final MailetContext context;
  private final MailetLoader mailets;
  private final MatcherLoader matchers;
  private final ProcessingBoundary boundary;
  private final LocalRecipients local;
  private final Collection<CompositeProcessorListener> listeners = new CopyOnWriteArrayList<>();

  @SuppressWarnings("ThreadLocalUsage") // One per container: two may serve on the same thread.
  private final ThreadLocal<@Nullable ProcessingFrame> frames = new ThreadLocal<>();

  private final Findings findings = new Findings();
  private List<ConfiguredProcessor> chains = List.of();
  private boolean light;
  private Lines lines = Lines.unknown();

  /**
   * Processors that are not configured yet.
   *
   * @param local the addresses of the relay itself; asked for when the first mail comes
   */
  @Inject
  public RelayProcessors(
      MetricFactory metrics,
      MailetContext context,
      MailetLoader mailets,
      MatcherLoader matchers,
      ProcessingBoundary boundary,
      Provider<LocalAddresses> local) {
    this.metrics = metrics;
    this.context = context;
    this.mailets = mailets;
    this.matchers = matchers;
    this.boundary = boundary;
    this.local = new LocalRecipients(local);
  }

  /** Tells where the configuration stands, so that what is wrong in it is told with its line. */
  public void describeBy(Path file) {
    lines = new Lines(file);
  }

  @Override
  public void configure(HierarchicalConfiguration<ImmutableNode> config) {
    HierarchicalConfiguration<ImmutableNode> copy = new BaseHierarchicalConfiguration(config);
    copy.setProperty("[@enableJmx]", false);
    super.configure(copy);
  }

  /**
   * Loads all processors and logs the warnings about them.
   *
   * @throws ConfigurationException naming all problems that were found
   */
  @Override
  public void init() throws Exception {
    check();
    // Where a name is wrong nothing will run; what else is wrong is told with it.
    light = findings.hasErrors();
    load();
    if (findings.hasErrors()) {
      dispose();
    }
    findings.throwErrors();
    findings.logWarnings();
    working().forEach(WorkingMailet::beginWork);
  }

  /** What {@link #init} would refuse, as far as it can be told without loading all mailets. */
  Optional<String> refusal() {
    try {
      check();
      light = true;
      load();
      dispose();
      return findings.complaint();
    } catch (Exception e) {
      return Optional.of("mailetcontainer.xml cannot be used:\n  " + Failure.text(e));
    }
  }

  /** All deliveries stop together: none begins an attempt while another waits for its hosts. */
  @Override
  public void dispose() {
    working().forEach(WorkingMailet::beginStop);
    super.dispose();
  }

  private Stream<WorkingMailet> working() {
    return Arrays.stream(getProcessorStates())
        .map(this::getProcessor)
        .filter(RelayProcessor.class::isInstance)
        .flatMap(processor -> ((RelayProcessor) processor).getPairs().stream())
        .map(MatcherMailetPair::getMailet)
        .filter(WorkingMailet.class::isInstance)
        .map(WorkingMailet.class::cast);
  }

  private void check() {
    chains = ConfiguredProcessor.read(config, lines);
    new ChainCheck(findings, mailets, matchers).check(lines, config);
  }

  private void load() throws Exception {
    if (chains.stream().anyMatch(chain -> chain.name().isEmpty())) {
      return;
    }
    try {
      super.init();
    } catch (ConfigurationException e) {
      // Its last step, stock's check of targets, is stricter about case than we are; ours follows.
      LOGGER.debug("Stock's check of processor targets", e);
    }
    chains.forEach(chain -> TargetCheck.check(findings, this, chain));
  }

  @Override
  protected MailProcessor createMailProcessor(
      String state, HierarchicalConfiguration<ImmutableNode> config) {
    RelayProcessor processor = new RelayProcessor(metrics, this);
    CollectingLoader loader =
        light
            ? new CollectingLoader(
                chain(state),
                findings,
                LightLoaders.mailets(mailets),
                LightLoaders.matchers(matchers))
            : new CollectingLoader(chain(state), findings, mailets, matchers);
    processor.setRootMailProcessor(this);
    processor.setMailetContext(context);
    processor.setMailetLoader(loader);
    processor.setMatcherLoader(loader.matchers());
    try {
      processor.configure(config);
      processor.init();
    } catch (Exception e) {
      if (light) {
        LOGGER.debug("What this is about was told already", e);
      } else {
        findings.error("processor '" + state + "'", Failure.text(e));
      }
    }
    return processor;
  }

  /** The last of that name: it is the one that counts. */
  private ConfiguredProcessor chain(String state) {
    return chains.stream()
        .filter(chain -> chain.name().equals(state))
        .reduce((first, next) -> next)
        .orElseThrow();
  }

  /** What was found in the configuration when it was loaded. */
  public List<Finding> findings() {
    return findings.all();
  }

  @Override
  public void addListener(CompositeProcessorListener listener) {
    listeners.add(listener);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (frames.get() == null) {
      boundary.around(mail, () -> serveOutermost(mail));
    } else {
      serve(mail);
    }
  }

  private void serveOutermost(Mail mail) throws MessagingException {
    ProcessingFrame frame = new ProcessingFrame(mail);
    frames.set(frame);
    try {
      serve(mail);
      frame.complete();
    } catch (Throwable e) {
      abandon(frame, e);
      throw e;
    } finally {
      frames.remove();
    }
  }

  private static void abandon(ProcessingFrame frame, Throwable cause) {
    try {
      frame.abandon();
    } catch (MessagingException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** A mail that enters leaves its recipients that are the relay's own addresses at the door. */
  private void serve(Mail mail) throws MessagingException {
    List<Mail> parts =
        mail.getState().equals(Mail.DEFAULT)
            ? local.split(mail, List.of(), frame())
            : List.of(mail);
    for (Mail part : parts) {
      serveAsItIs(part);
    }
  }

  /** The parts of a mail whose recipients a mailet has changed. */
  List<Mail> parted(Mail mail, Collection<MailAddress> before) throws MessagingException {
    return local.split(mail, before, frame());
  }

  private void serveAsItIs(Mail mail) throws MessagingException {
    MailProcessor processor = processorOf(mail);
    long start = System.nanoTime();
    MessagingException failure = null;
    frame().enter(mail.getState());
    try {
      processor.service(mail);
    } catch (MessagingException e) {
      failure = e;
      throw e;
    } finally {
      frame().leave();
      tellListeners(processor, mail, (System.nanoTime() - start) / 1_000_000, failure);
    }
  }

  private void tellListeners(
      MailProcessor processor, Mail mail, long millis, @Nullable MessagingException failure) {
    listeners.forEach(l -> l.afterProcessor(processor, mail.getName(), millis, failure));
  }

  private MailProcessor processorOf(Mail mail) {
    MailProcessor processor = getProcessor(mail.getState());
    if (processor != null) {
      return processor;
    }
    String text = "There is no processor '" + mail.getState() + "'";
    LOGGER.error("Mail {} goes to the error processor. {}", mail.getName(), text);
    mail.setErrorMessage(text);
    mail.setState(Mail.ERROR);
    return getProcessor(Mail.ERROR);
  }

  /**
   * The frame of the mail that this thread serves.
   *
   * @throws IllegalStateException when it serves none
   */
  ProcessingFrame frame() {
    ProcessingFrame frame = frames.get();
    if (frame == null) {
      throw new IllegalStateException("A processor was called past its container");
    }
    return frame;
  }
}
