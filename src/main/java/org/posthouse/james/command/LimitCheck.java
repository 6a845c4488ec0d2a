/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
import org.posthouse.identity.limits.LimitReached;
import org.posthouse.identity.limits.Limits;
import org.posthouse.identity.limits.MailCount;
import org.posthouse.identity.limits.Submitter;
import org.posthouse.identity.rights.Client;
import org.posthouse.james.EventText;
import org.posthouse.james.RefusalReason;
import org.posthouse.james.Reply;
import org.posthouse.james.overload.Overload;
import org.posthouse.james.overload.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a mail may come in now: enough is left for it, and its sender has not sent too much. */
public final class LimitCheck {
  private static final Logger MAIL = LoggerFactory.getLogger("org.posthouse.mail");

  private final Limits limits;
  private final Overload overload;

  @Inject
  public LimitCheck(Limits limits, Overload overload) {
    this.limits = limits;
    this.overload = overload;
  }

  /** At MAIL, when nothing else is wrong with it; null when the mail may begin. */
  @Nullable Response mail(RelaySession session, MaybeSender sender) {
    Response lack = overload(session);
    if (lack != null) {
      return lack;
    }
    // What a stranger says takes nothing from others until he names a local address.
    return session.transaction().admission().mayRelay()
        ? begin(
            session,
            sender.asOptional().map(address -> lower(address.getDomain().asString())).orElse(""))
        : null;
  }

  private @Nullable Response overload(RelaySession session) {
    Optional<Refusal> lack = overload.refusal();
    if (lack.isEmpty()) {
      return null;
    }
    session.refuseFor(RefusalReason.OVERLOAD);
    return Reply.of(lack.get().code(), lack.get().text());
  }

  private @Nullable Response begin(RelaySession session, String senderDomain) {
    Submitter who = submitter(session);
    Optional<LimitReached> reached = session.visit().enter(limits, who);
    if (reached.isEmpty()) {
      boolean later = session.transaction().hold().filter(hold -> !hold.isZero()).isPresent();
      MailCount count = limits.begin(who, senderDomain, later);
      session.transaction().count(count);
      reached = count.mail(session.transaction().size());
    }
    return reached.map(limit -> refuse(session, limit)).orElse(null);
  }

  /** At RCPT, when nothing else is wrong with the recipient; null when it may be added. */
  @Nullable Response recipient(RelaySession session, MailAddress recipient) {
    Response lack = overload(session); // recipients are held in memory, too
    if (lack != null) {
      return lack;
    }
    // The domain of a stranger's sender is nobody's that he has proved.
    Response refused = count(session).isPresent() ? null : begin(session, "");
    if (refused != null) {
      session.transaction().uncount();
      return refused;
    }
    return count(session)
        .flatMap(count -> count.recipient(lower(recipient.asString())))
        .map(limit -> refuse(session, limit))
        .orElse(null);
  }

  /**
   * When the message is whole, before it is stored; null when it may be.
   *
   * @param octets of it
   */
  public @Nullable Response end(RelaySession session, long octets) {
    return count(session)
        .flatMap(known -> known.end(octets))
        .map(limit -> refuse(session, limit))
        .orElse(null);
  }

  /** The mail is stored. Until then all that it has taken comes back when its transaction ends. */
  public void accepted(RelaySession session) {
    count(session).ifPresent(MailCount::accepted);
  }

  /** How long a mail must wait in the queue for its limits; zero for most. */
  public static Duration hold(RelaySession session) {
    return count(session)
        .flatMap(MailCount::held)
        .flatMap(LimitReached::frees)
        .orElse(Duration.ZERO);
  }

  /** What limits that hold will count of a mail that is to be released later; see Limits. */
  public static Optional<String> booked(RelaySession session) {
    return count(session).flatMap(MailCount::booked);
  }

  private static Optional<MailCount> count(RelaySession session) {
    return session.transaction().count();
  }

  private static Submitter submitter(RelaySession session) {
    Client client = session.transaction().admission().client();
    return new Submitter(Optional.ofNullable(client.identity()), client.address());
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Response refuse(RelaySession session, LimitReached limit) {
    session.refuseFor(
        RefusalReason.of("limit")
            .with("limit", limit.limit())
            .with("key", limit.key())
            .quoting("bound", limit.bound())
            .with("frees", frees(limit)));
    return Reply.of(limit.code(), limit.text());
  }

  private static String frees(LimitReached limit) {
    return limit.frees().map(TimeSpan::text).orElse("-");
  }

  /**
   * Writes the line of a mail that is stored and waits for a limit; none for others.
   *
   * @param id of the mail in the queue
   */
  public static void logHeld(RelaySession session, String id) {
    count(session)
        .flatMap(MailCount::held)
        .ifPresent(limit -> logHeld(limit, id, session.clientAddress()));
  }

  /** The same of a mail that came in before. */
  public static void logHeld(LimitReached limit, String id, String client) {
    MAIL.info(
        "held id={} limit={} key={} bound={} frees={} client={}",
        id,
        limit.limit(),
        EventText.word(limit.key()),
        EventText.quoted(limit.bound()),
        frees(limit),
        client);
  }
}
