/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.TypeLiteral;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.mail.internet.AddressException;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.ExtensionConfiguration;
import org.apache.james.utils.GuiceGenericLoader;
import org.apache.mailet.MailetContext;
import org.posthouse.identity.rights.LocalAddresses;

/**
 * Tells what is wrong with the chains of a server that cannot start anyway, so that nothing is
 * opened and nothing is delivered.
 */
public final class ChainTrial {
  private static final MailAddress POSTMASTER = postmaster();

  private ChainTrial() {}

  /** What {@link RelayProcessors#init} would refuse; empty when nothing is found. */
  public static Optional<String> problems(
      Path file,
      HierarchicalConfiguration<ImmutableNode> processors,
      FileSystem files,
      MetricFactory metrics) {
    ExtendedClassLoader classes = new ExtendedClassLoader(files);
    GuiceGenericLoader loader =
        new GuiceGenericLoader(
            Guice.createInjector(binder -> bind(binder, files)),
            classes,
            ExtensionConfiguration.DEFAULT);
    RelayProcessors trial =
        new RelayProcessors(
            metrics,
            context(),
            new RelayMailetLoader(loader, classes, Set.of()),
            new RelayMatcherLoader(loader, classes),
            ProcessingBoundary.NONE,
            () -> LocalAddresses.NONE);
    trial.describeBy(file);
    trial.configure(processors);
    return trial.refusal();
  }

  /** What mailets of ours ask for; most of it is asked for mails only, and there are none. */
  private static void bind(Binder binder, FileSystem files) {
    binder.bind(FileSystem.class).toInstance(files);
    binder
        .bind(new TypeLiteral<MailQueueFactory<?>>() {})
        .toInstance(StandIn.of(MailQueueFactory.class, Map.of()));
    binder.bind(DNSService.class).toInstance(StandIn.of(DNSService.class, Map.of()));
    binder
        .bind(RecipientRewriteTable.class)
        .toInstance(StandIn.of(RecipientRewriteTable.class, Map.of()));
    binder
        .bind(DomainList.class)
        .toInstance(StandIn.of(DomainList.class, Map.of("getDefaultDomain", Domain.LOCALHOST)));
  }

  private static MailetContext context() {
    return StandIn.of(MailetContext.class, Map.of("getPostmaster", POSTMASTER));
  }

  private static MailAddress postmaster() {
    try {
      return new MailAddress("postmaster", Domain.LOCALHOST);
    } catch (AddressException e) {
      throw new IllegalStateException("it is an address", e);
    }
  }
}
