/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.TypeLiteral;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.queue.api.MailQueueFactory;
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
            noContext(),
            new RelayMailetLoader(loader, classes, Set.of()),
            new RelayMatcherLoader(loader, classes),
            ProcessingBoundary.NONE,
            () -> LocalAddresses.NONE);
    trial.describeBy(file);
    trial.configure(processors);
    return trial.refusal();
  }

  /** What mailets of ours ask for; queues are asked for mails only, and there are none. */
  private static void bind(Binder binder, FileSystem files) {
    binder.bind(FileSystem.class).toInstance(files);
    binder
        .bind(new TypeLiteral<MailQueueFactory<?>>() {})
        .toInstance(unavailable(MailQueueFactory.class));
  }

  private static MailetContext noContext() {
    return unavailable(MailetContext.class);
  }

  private static <T> T unavailable(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            ChainTrial.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
