/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.io.FileNotFoundException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.user.api.UsersRepository;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.james.users.FileUsersRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may log in: the users of {@code conf/users}. */
final class UsersModule extends AbstractModule {
  private static final Logger LOGGER = LoggerFactory.getLogger(UsersModule.class);

  @Provides
  @Singleton
  UsersRepository users(FileSystem files) throws FileNotFoundException {
    UserFile file = new UserFile(files.getFile("file://conf/users").toPath());
    WatchedUserFile watched =
        new WatchedUserFile(
            file, table -> table.problems().forEach(each -> LOGGER.warn("{}", each)));
    return new FileUsersRepository(
        watched, new UserRegister(file), new PasswordChecker(watched, new VerificationPool()));
  }
}
