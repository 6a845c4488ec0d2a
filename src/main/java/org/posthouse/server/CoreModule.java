/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.filesystem.api.JamesDirectoriesProvider;
import org.apache.james.modules.CleanupTaskModule;
import org.apache.james.modules.ClockModule;
import org.apache.james.modules.ErrorMailRepositoryEmptyHealthCheckModule;
import org.apache.james.modules.MimeMessageModule;
import org.apache.james.modules.PeriodicalHealthChecksModule;
import org.apache.james.modules.RunArgumentsModule;
import org.apache.james.modules.StartUpChecksModule;
import org.apache.james.modules.StartablesModule;
import org.apache.james.modules.server.DNSServiceModule;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.server.core.configuration.FileConfigurationProvider;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.apache.james.utils.ExtensionModule;
import org.apache.james.utils.GuiceProbe;
import org.apache.james.utils.PropertiesProvider;
import org.posthouse.config.Home;

/**
 * What everything else stands on: files, configuration, DNS, extensions, health checks. James'
 * CommonServicesModule with two differences: metrics are not published by JMX ({@link
 * MetricsModule}), and nothing is stopped by annotation, because {@link Lifecycle} has the order.
 */
final class CoreModule extends AbstractModule {
  private final Configuration configuration;
  private final FileSystem fileSystem;
  private final ConfigurationProvider configurations;

  CoreModule(Home home) {
    this.configuration = configuration(home);
    this.fileSystem = new FileSystemImpl(configuration.directories());
    this.configurations =
        new ConfigurationFiles(
            home.conf(), new FileConfigurationProvider(fileSystem, configuration));
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  ConfigurationProvider configurations() {
    return configurations;
  }

  static Configuration configuration(Home home) {
    return Configuration.builder().workingDirectory(home.root().toFile()).build();
  }

  @Override
  protected void configure() {
    install(new ExtensionModule());
    install(new StartUpChecksModule());
    install(new StartablesModule());
    install(new DNSServiceModule());
    install(new CleanupTaskModule());
    install(new MimeMessageModule());
    install(new ClockModule());
    install(new PeriodicalHealthChecksModule());
    install(new ErrorMailRepositoryEmptyHealthCheckModule());
    install(RunArgumentsModule.EMPTY);
    bind(FileSystem.class).toInstance(fileSystem);
    bind(Configuration.class).toInstance(configuration);
    bind(Configuration.ConfigurationPath.class).toInstance(configuration.configurationPath());
    bind(JamesDirectoriesProvider.class).toInstance(configuration.directories());
    bind(ConfigurationProvider.class).toInstance(configurations);
    Multibinder.newSetBinder(binder(), GuiceProbe.class);
  }

  @Provides
  @Singleton
  PropertiesProvider propertiesProvider() {
    return new PropertiesProvider(fileSystem, configuration.configurationPath());
  }
}
