/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import org.posthouse.config.Home;
import org.posthouse.identity.FileScramUsers;
import org.posthouse.identity.Identities;
import org.posthouse.identity.KeptKey;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.guess.GuessGuard;
import org.posthouse.identity.guess.KnownPlaces;
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
  LoginSources sources(
      IdentitiesConfiguration configuration,
      Identities identities,
      WatchedUserFile users,
      LastUses uses,
      Clock clock)
      throws IOException {
    return new LoginSources(
        identities.takesPasswords() ? identities::checkPassword : null,
        configuration.usersHaveAllPasswords()
            ? new FileScramUsers(
                users, KeptKey.in(home.var(), KeptKey.DECOYS), uses, identities::complete, clock)
            : null,
        identities.takesTokens() ? identities::checkToken : null,
        identities::ofCertificate);
  }

  @Provides
  @Singleton
  Pseudonyms pseudonyms() throws IOException {
    return Pseudonyms.open(home.var());
  }

  @Provides
  @Singleton
  KnownPlaces places(Clock clock) {
    return KnownPlaces.open(home.var(), clock);
  }

  @Provides
  @Singleton
  AuthParts parts(IdentitiesConfiguration configuration, KnownPlaces places) {
    AuthTimer timer = new AuthTimer();
    return AuthParts.of(
        new GuessGuard(configuration.guessing(), places, System::nanoTime, timer, new LoginLog()),
        timer,
        new VerificationPool("auth-hook", HOOK_THREADS, HOOKS_QUEUED),
        VerificationPool.QUEUED);
  }
}
