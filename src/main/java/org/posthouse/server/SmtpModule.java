/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import org.apache.james.modules.protocols.JSPFModule;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader;
import org.apache.james.protocols.lib.netty.CertificateReloadable;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.smtpserver.netty.SMTPServerFactory;
import org.apache.james.utils.InitializationOperation;
import org.apache.james.utils.InitilizationOperationBuilder;
import org.posthouse.james.smtp.RelayHandlerLoader;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.routing.Ourselves;

/** Reception by SMTP. The ports are opened by {@link Relay}, after everything else. */
final class SmtpModule extends AbstractModule {
  @Override
  protected void configure() {
    install(new JSPFModule());
    bind(ProtocolHandlerLoader.class).to(RelayHandlerLoader.class);
    bind(RelaySmtpServerFactory.class).in(Scopes.SINGLETON);
    bind(SMTPServerFactory.class).to(RelaySmtpServerFactory.class);
    bind(Ourselves.class).to(OwnDoors.class);
    Multibinder.newSetBinder(binder(), CertificateReloadable.Factory.class)
        .addBinding()
        .to(RelaySmtpServerFactory.class);
  }

  @ProvidesIntoSet
  InitializationOperation configureSmtp(
      ConfigurationProvider configuration, RelaySmtpServerFactory servers) {
    return InitilizationOperationBuilder.forClass(RelaySmtpServerFactory.class)
        .init(
            () -> {
              servers.configure(configuration.getConfiguration("smtpserver"));
              servers.init();
            });
  }
}
