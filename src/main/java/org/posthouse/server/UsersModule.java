/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import org.apache.james.user.api.UsersRepository;
import org.posthouse.config.Home;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.UserTable;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.james.users.FileUsersRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may log in: the file of users. */
final class UsersModule extends AbstractModule {
  private static final Logger LOGGER = LoggerFactory.getLogger(UsersModule.class);

  private final UserFile file;

  UsersModule(Home home) {
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
  PasswordChecker checker(WatchedUserFile users, VerificationPool pool) {
    return new PasswordChecker(users, pool);
  }

  @Provides
  @Singleton
  FileUsersRepository users(WatchedUserFile users, PasswordChecker checker) {
    return new FileUsersRepository(users, new UserRegister(file), checker);
  }
}
