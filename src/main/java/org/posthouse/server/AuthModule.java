/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.identity.DecoyKey;
import org.posthouse.identity.FileScramUsers;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.identity.guess.GuessGuard;
import org.posthouse.identity.guess.GuessLimits;
import org.posthouse.identity.sasl.LoginSources;
import org.posthouse.james.auth.AuthParts;
import org.posthouse.james.auth.AuthTimer;
import org.posthouse.james.auth.LoginLog;

/** What AUTH asks, and what keeps it from being asked too often. */
final class AuthModule extends AbstractModule {
  /** Hooks of extensions block, on a directory as a rule: more threads than processors. */
  private static final int HOOK_THREADS = 8;

  private static final int HOOKS_QUEUED = 128;

  private final Home home;

  AuthModule(Home home) {
    this.home = home;
  }

  @Provides
  @Singleton
  LoginSources sources(PasswordChecker passwords, WatchedUserFile users, Clock clock)
      throws IOException {
    FileScramUsers scram =
        new FileScramUsers(
            users,
            DecoyKey.in(home.var()),
            (user, credential) -> {},
            UnaryOperator.identity(),
            clock);
    return new LoginSources(passwords, scram, null, chain -> Optional.empty());
  }

  @Provides
  @Singleton
  AuthParts parts(ConfigurationProvider configurations) throws ConfigurationException {
    Settings relay =
        new Settings(home.conf().resolve("relay.xml"), configurations.getConfiguration("relay"));
    GuessLimits limits = GuessLimits.read(relay.section("guessing"));
    relay.check();
    AuthTimer timer = new AuthTimer();
    return new AuthParts(
        new GuessGuard(limits, System::nanoTime, timer, new LoginLog()),
        timer,
        new VerificationPool(HOOK_THREADS, HOOKS_QUEUED));
  }
}
