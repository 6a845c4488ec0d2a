/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import java.util.List;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.domainlist.xml.XMLDomainList;
import org.apache.james.mailetcontainer.AutomaticallySentMailDetectorImpl;
import org.apache.james.mailetcontainer.api.LocalResources;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.james.mailetcontainer.api.jmx.MailSpoolerMBean;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.mailetcontainer.impl.JamesMailetContext;
import org.apache.james.mailetcontainer.impl.LocalResourcesImpl;
import org.apache.james.mailetcontainer.lib.AbstractStateCompositeProcessor;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.modules.server.DKIMMailetModule;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.utils.GuiceProbe;
import org.apache.james.utils.InitializationOperation;
import org.apache.james.utils.InitilizationOperationBuilder;
import org.apache.james.utils.MailetConfigurationOverride;
import org.apache.mailet.MailetContext;
import org.apache.mailet.base.AutomaticallySentMailDetector;
import org.posthouse.config.Home;
import org.posthouse.james.container.RelayMailetLoader;
import org.posthouse.james.container.RelayMatcherLoader;
import org.posthouse.james.container.RelayProcessors;
import org.posthouse.mailets.KeyTables;

/**
 * The mailet container and the spooler, in place of James' MailetContainerModule: that one insists
 * on its own composite, on a processor "transport" that removes Bcc, and on JMX names.
 */
public final class ContainerModule extends AbstractModule {
  private final Home home;

  public ContainerModule(Home home) {
    this.home = home;
  }

  @Override
  protected void configure() {
    install(new DKIMMailetModule());
    bind(KeyTables.class).in(Scopes.SINGLETON);
    bind(RelayProcessors.class).in(Scopes.SINGLETON);
    bind(AbstractStateCompositeProcessor.class).to(RelayProcessors.class);
    bind(MailProcessor.class).to(RelayProcessors.class);
    bind(JamesMailSpooler.class).to(Spooler.class).in(Scopes.SINGLETON);
    bind(MailSpoolerMBean.class).to(JamesMailSpooler.class);
    bind(JamesMailetContext.class).in(Scopes.SINGLETON);
    bind(MailetContext.class).to(JamesMailetContext.class);
    bind(LocalResourcesImpl.class).in(Scopes.SINGLETON);
    bind(LocalResources.class).to(LocalResourcesImpl.class);
    bind(AutomaticallySentMailDetectorImpl.class).in(Scopes.SINGLETON);
    bind(AutomaticallySentMailDetector.class).to(AutomaticallySentMailDetectorImpl.class);
    bind(MailetLoader.class).to(RelayMailetLoader.class).in(Scopes.SINGLETON);
    bind(MatcherLoader.class).to(RelayMatcherLoader.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), MailetConfigurationOverride.class);
    Multibinder.newSetBinder(binder(), GuiceProbe.class);
    Multibinder.newSetBinder(binder(), InitializationOperation.class);
  }

  @Provides
  @Singleton
  JamesMailSpooler.Configuration spoolerConfiguration(
      MailRepositoryStore repositories, ConfigurationProvider configurations)
      throws ConfigurationException {
    return JamesMailSpooler.Configuration.from(repositories, section(configurations, "spooler"));
  }

  @ProvidesIntoSet
  InitializationOperation configureContext(
      ConfigurationProvider configurations, JamesMailetContext context) {
    return InitilizationOperationBuilder.forClass(JamesMailetContext.class)
        .init(() -> context.configure(section(configurations, "context")));
  }

  @ProvidesIntoSet
  InitializationOperation startContainer(
      ConfigurationProvider configurations,
      RelayProcessors processors,
      JamesMailSpooler spooler,
      JamesMailSpooler.Configuration spoolerConfiguration) {
    return InitilizationOperationBuilder.forClass(RelayProcessors.class)
        .init(
            () -> {
              processors.describeBy(home.conf().resolve("mailetcontainer.xml"));
              processors.configure(section(configurations, "processors"));
              processors.init();
              spooler.configure(spoolerConfiguration);
              spooler.init();
            })
        .requires(List.of(JamesMailetContext.class, XMLDomainList.class));
  }

  /** A part of mailetcontainer.xml; empty when it is not there, which each reader judges itself. */
  private static HierarchicalConfiguration<ImmutableNode> section(
      ConfigurationProvider configurations, String name) throws ConfigurationException {
    HierarchicalConfiguration<ImmutableNode> all =
        configurations.getConfiguration("mailetcontainer");
    return all.configurationsAt(name).stream()
        .findFirst()
        .orElseGet(BaseHierarchicalConfiguration::new);
  }
}
