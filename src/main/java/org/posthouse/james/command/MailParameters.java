/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.apache.mailet.DsnParameters;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.envelope.Xtext;

/** The parameters of MAIL that we know, each from the RFC of its extension. */
final class MailParameters {
  /** FUTURERELEASE (RFC 4865): for how long a mail may be held. */
  static final Duration LONGEST_HOLD = Duration.ofDays(30);

  private static final int MOST_PRIORITY = 9;

  private final Clock clock;
  private final Map<String, Parameter> known =
      Map.of(
          "SIZE", MailParameters::size,
          "BODY", MailParameters::body,
          "SMTPUTF8", MailParameters::international,
          "RET", MailParameters::ret,
          "ENVID", MailParameters::envid,
          "HOLDFOR", this::holdFor,
          "HOLDUNTIL", this::holdUntil,
          "MT-PRIORITY", MailParameters::priority,
          "BY", this::by,
          "AUTH", (session, value) -> checkMailbox(value));

  MailParameters(Clock clock) {
    this.clock = clock;
  }

  /** Takes a value note of. */
  @FunctionalInterface
  private interface Parameter {
    void apply(RelaySession session, String value);
  }

  /**
   * Notes what the parameter says in the session's transaction.
   *
   * @return false when it is none of ours
   * @throws CommandRefusedException when its value cannot be, or is too much
   */
  boolean apply(RelaySession session, String name, String value) {
    Parameter parameter = known.get(name);
    if (parameter == null) {
      return false;
    }
    parameter.apply(session, value);
    return true;
  }

  private static void size(RelaySession session, String value) {
    check(value.matches("[0-9]{1,20}"), "SIZE is a number of octets");
    long most = session.getConfiguration().getMaxMessageSize();
    if (most > 0 && (value.length() > 18 || Long.parseLong(value) > most)) {
      throw new CommandRefusedException(
          "552", "5.3.4 The message is larger than " + most + " octets");
    }
    session.transaction().size(value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value));
  }

  private static void body(RelaySession session, String value) {
    session
        .transaction()
        .body(BodyType.parse(value).orElseThrow(() -> bad("BODY is 7BIT, 8BITMIME or BINARYMIME")));
  }

  private static void international(RelaySession session, String value) {
    check(value.isEmpty(), "SMTPUTF8 has no value");
    session.transaction().international();
  }

  private static void ret(RelaySession session, String value) {
    session
        .transaction()
        .ret(DsnParameters.Ret.parse(value).orElseThrow(() -> bad("RET is FULL or HDRS")));
  }

  private static void envid(RelaySession session, String value) {
    check(
        value.length() <= 100 && Xtext.isPrintable(value),
        "ENVID is xtext of 100 octets at most, for printable ASCII");
    session.transaction().envid(DsnParameters.EnvId.of(value));
  }

  /** RFC 4954 section 5; nothing is made of whom a client names so, for it proves nothing. */
  private static void checkMailbox(String value) {
    check(
        !value.isEmpty()
            && Xtext.isXtext(value)
            && Xtext.decode(value).chars().noneMatch(Character::isISOControl),
        "AUTH is a mailbox in xtext, or <>");
  }

  private void holdFor(RelaySession session, String value) {
    check(value.matches("[0-9]{1,9}"), "HOLDFOR is a number of seconds");
    hold(session, Duration.ofSeconds(Long.parseLong(value)));
  }

  private void holdUntil(RelaySession session, String value) {
    Optional<Instant> until = time(value);
    hold(session, Duration.between(clock.instant(), until.orElseThrow(() -> bad("HOLDUNTIL"))));
  }

  /** RFC 3339, with an offset too. */
  private static Optional<Instant> time(String value) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static void hold(RelaySession session, Duration hold) {
    checkMayRelay(session, "ask for a later release");
    check(!hold.isNegative(), "The time of release has passed");
    check(
        hold.compareTo(LONGEST_HOLD) <= 0,
        "A mail can be held for " + LONGEST_HOLD.toSeconds() + " seconds at most");
    session.transaction().hold(hold);
  }

  private void by(RelaySession session, String value) {
    checkMayRelay(session, "say by when to deliver");
    try {
      session.transaction().deliverBy(DeliverBy.parse(value, clock.millis()));
    } catch (IllegalArgumentException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
  }

  /** What several parameters say together: a mail that is held must be able to come in time. */
  void check(MailTransaction said) {
    long release = clock.millis() + said.hold().orElse(Duration.ZERO).toMillis();
    Optional<DeliverBy> by = said.deliverBy().filter(each -> !each.passed());
    check(
        said.hold().isEmpty() || by.isEmpty() || by.get().deadline() > release,
        "BY ends before the mail is released");
  }

  private static void priority(RelaySession session, String value) {
    checkMayRelay(session, "ask for a priority");
    check(value.matches("0|-?[1-9]"), "MT-PRIORITY is a number from -9 to " + MOST_PRIORITY);
    session.transaction().priority(Integer.parseInt(value));
  }

  /** A stranger does not say when the mail of others, or his own, has its turn. */
  private static void checkMayRelay(RelaySession session, String what) {
    if (!session.isRelayingAllowed()) {
      throw new CommandRefusedException("550", "5.7.1 Only who may relay may " + what);
    }
  }

  private static CommandRefusedException bad(String text) {
    return new CommandRefusedException("501", "5.5.4 " + text);
  }

  private static void check(boolean condition, String text) {
    if (!condition) {
      throw bad(text);
    }
  }
}
