/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.identity.rights.Known;
import org.posthouse.identity.rights.LocalAddresses;
import org.posthouse.identity.rights.SenderRights;

/** Who may send what: senders.xml. */
final class RightsModule extends AbstractModule {
  private final Home home;

  RightsModule(Home home) {
    this.home = home;
  }

  /** To be asked for when the domain list is there: logins have their addresses at its default. */
  @Provides
  @Singleton
  SenderRights rights(ConfigurationProvider configurations, DomainList domains)
      throws ConfigurationException, DomainListException {
    Path file = home.conf().resolve("senders.xml");
    String domain = domains.getDefaultDomain().asString();
    if (Files.notExists(file)) {
      return SenderRights.shipped(domain);
    }
    Settings senders = new Settings(file, configurations.getConfiguration("senders"));
    SenderRights rights = SenderRights.read(senders, Known.NOTHING, domain);
    senders.check(); // StartCheck has told all of it, but for what the default domain changes
    return rights;
  }

  @Provides
  LocalAddresses local(SenderRights rights) {
    return rights.local();
  }
}
