/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.time.Duration;
import org.posthouse.config.TimeSpan;
import org.posthouse.identity.guess.Attempt;
import org.posthouse.identity.guess.GuessGuard;
import org.posthouse.identity.guess.Subject;
import org.posthouse.james.EventText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines about logins that succeed, and about blocks; reception logs what is refused. */
public final class LoginLog implements GuessGuard.Events {
  private static final Logger LOGGER = LoggerFactory.getLogger("org.posthouse.login");

  static void success(String login, Authentication who, String client) {
    LOGGER.info(
        "login reply=235 user={} as={} source={} credential={} mechanism={} client={}",
        EventText.word(login),
        EventText.word(who.identity().name()),
        EventText.word(who.identity().source()),
        EventText.word(who.credential()),
        who.mechanism(),
        client);
  }

  static void unavailable(String reason) {
    LOGGER.warn("Cannot check a login, answered 454: {}", EventText.quoted(reason));
  }

  @Override
  public void blocked(Subject subject, Duration block, Attempt last) {
    LOGGER.warn(
        "blocked scope={} of={} for={} client={} login={}",
        subject.scope(),
        EventText.word(subject.of()),
        TimeSpan.text(block),
        last.client().getHostAddress(),
        last.login().isEmpty() ? "-" : EventText.word(last.login()));
  }

  @Override
  public void unblocked(Subject subject) {
    LOGGER.info("unblocked scope={} of={}", subject.scope(), EventText.word(subject.of()));
  }
}
