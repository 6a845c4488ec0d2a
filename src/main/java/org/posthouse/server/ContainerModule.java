/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import org.apache.james.modules.server.DKIMMailetModule;
import org.apache.james.modules.server.DefaultProcessorsConfigurationProviderModule;
import org.apache.james.modules.server.MailetContainerModule;

/** The processors of {@code conf/mailetcontainer.xml} and the spooler that feeds them. */
final class ContainerModule extends AbstractModule {
  @Override
  protected void configure() {
    install(new DefaultProcessorsConfigurationProviderModule());
    install(new MailetContainerModule());
    install(new DKIMMailetModule());
  }
}
