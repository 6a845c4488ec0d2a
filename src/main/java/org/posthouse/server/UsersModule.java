/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.user.api.UsersRepository;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.identity.Identities;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.UserTable;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.limits.Limits;
import org.posthouse.identity.limits.LimitsConfiguration;
import org.posthouse.james.users.FileUsersRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is known, by the file of users and the other sources of identities.xml, and his limits. */
final class UsersModule extends AbstractModule {
  private static final Logger LOGGER = LoggerFactory.getLogger(UsersModule.class);

  private final Home home;
  private final UserFile file;

  UsersModule(Home home) {
    this.home = home;
    this.file = new UserFile(home.conf().resolve("users"));
  }

  @Override
  protected void configure() {
    bind(UsersRepository.class).to(FileUsersRepository.class);
  }

  @Provides
  @Singleton
  WatchedUserFile watched() {
    return new WatchedUserFile(file, UsersModule::report);
  }

  private static void report(UserTable table) {
    table.problems().forEach(problem -> LOGGER.warn("conf/users: {}", problem));
  }

  @Provides
  @Singleton
  VerificationPool pool() {
    return new VerificationPool();
  }

  @Provides
  @Singleton
  LastUses lastUses(WatchedUserFile users, Clock clock) {
    return new LastUses(LastUses.in(home.var()), clock, used -> isThere(users, used));
  }

  private static boolean isThere(WatchedUserFile users, LastUses.UsedCredential used) {
    try {
      return users
          .current()
          .user(used.user())
          .flatMap(user -> user.credential(used.credential()))
          .isPresent();
    } catch (IOException e) {
      return true; // it may be there again when the file can be read
    }
  }

  @Provides
  @Singleton
  PasswordChecker checker(
      WatchedUserFile users, VerificationPool pool, LastUses uses, Clock clock) {
    return new PasswordChecker(users, pool, uses, clock);
  }

  @Provides
  @Singleton
  IdentitiesConfiguration configuration(ConfigurationProvider configurations)
      throws ConfigurationException {
    Settings file =
        new Settings(
            home.conf().resolve("identities.xml"), configurations.getConfiguration("identities"));
    IdentitiesConfiguration configuration =
        IdentitiesConfiguration.read(file, home.conf(), home.root());
    file.check();
    return configuration;
  }

  @Provides
  @Singleton
  Identities identities(
      IdentitiesConfiguration configuration, PasswordChecker users, DNSService dns) {
    return configuration.open(users, dns::getAllByName);
  }

  @Provides
  @Singleton
  Limits limits(ConfigurationProvider configurations, Clock clock) throws ConfigurationException {
    Settings file =
        new Settings(home.conf().resolve("limits.xml"), configurations.getConfiguration("limits"));
    LimitsConfiguration configuration =
        LimitsConfiguration.read(file, home.conf(), KnownNames.UNKNOWN);
    file.check();
    return Limits.open(configuration, home.var(), clock);
  }

  @Provides
  @Singleton
  FileUsersRepository users(WatchedUserFile users, PasswordChecker checker) {
    return new FileUsersRepository(users, new UserRegister(file), checker);
  }
}
