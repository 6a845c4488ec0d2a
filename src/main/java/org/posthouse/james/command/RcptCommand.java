/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.apache.james.smtpserver.JamesRcptCmdHandler;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.Orcpt;
import org.posthouse.envelope.Path;
import org.posthouse.identity.rights.Decision;

/** RCPT in the place of stock's; a parameter that is malformed is an error of the client. */
public final class RcptCommand extends JamesRcptCmdHandler {
  private static final String MALFORMED = "553 5.1.3";
  private static final Set<String> NOTIFY = Set.of("SUCCESS", "FAILURE", "DELAY");

  @SuppressWarnings({"rawtypes", "unchecked"}) // A key's class is raw.
  private static final AttachmentKey<Map<String, String>> PARAMETERS =
      (AttachmentKey) AttachmentKey.of("posthouse-rcpt-parameters", Map.class);

  private final LimitCheck limits;

  @Inject
  public RcptCommand(MetricFactory metrics, DomainList domains, LimitCheck limits) {
    super(metrics, domains);
    this.limits = limits;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doFilterChecks(
      SMTPSession session, String command, @Nullable String argument) {
    try {
      check(RelaySession.of(session), argument);
      return null;
    } catch (CommandRefusedException e) {
      return e.reply();
    }
  }

  private void check(RelaySession session, @Nullable String argument) {
    if (session.getAttachment(SMTPSession.SENDER, State.Transaction).isEmpty()) {
      throw new CommandRefusedException(Replies.MAIL_FIRST);
    }
    if (session.transaction().chunks() != MailTransaction.Chunks.NONE) {
      throw new CommandRefusedException(Replies.CHUNKS_BEGUN);
    }
    PathArgument to =
        PathArgument.parse(
            "TO", argument, MALFORMED, session.getConfiguration().useAddressBracketsEnforcement());
    if (to.path().equals(Path.NULL)) {
      throw new CommandRefusedException("553", "5.1.3 The null path is no recipient");
    }
    if (to.isInternational() && !session.transaction().isInternational()) {
      throw new CommandRefusedException(Replies.NOT_INTERNATIONAL);
    }
    to.parameters().values().forEach(this::check);
    MailAddress recipient = to.address(getDefaultDomain(), MALFORMED);
    int most = session.door().limits().recipients();
    if (session.getRcptCount() >= most && !isNamed(session, recipient)) {
      throw new CommandRefusedException("452", "4.5.3 A mail may have " + most + " recipients");
    }
    admit(session, recipient, to.parameters().values());
    session.setAttachment(CURRENT_RECIPIENT, recipient, State.Transaction);
    session.setAttachment(PARAMETERS, to.parameters().values(), State.Transaction);
  }

  private static void admit(
      RelaySession session, MailAddress recipient, Map<String, String> parameters) {
    Admission admission = session.transaction().admission();
    boolean reports = parameters.containsKey("NOTIFY") || parameters.containsKey("ORCPT");
    if (reports && !admission.grant().mayUse("DSN")) {
      throw new CommandRefusedException("555", "5.5.4 DSN is not for you");
    }
    Decision decision = admission.grant().recipient(recipient.asString());
    if (!decision.goesOn()) {
      throw new CommandRefusedException(
          admission.client().isAdmitted()
              ? Admission.refusal(session, decision).orElseThrow()
              : Replies.stranger(session));
    }
  }

  /** NOTIFY and ORCPT are RFC 3461's; others belong to hooks. */
  private void check(String name, String value) {
    switch (name) {
      case "NOTIFY" ->
          check(isNotify(value), "NOTIFY is NEVER, or some of SUCCESS, FAILURE, DELAY");
      case "ORCPT" -> check(isOrcpt(value), "ORCPT is a type, a semicolon and an address in xtext");
      default -> {
        if (hooks().stream().noneMatch(hook -> hook.supportedParameters().contains(name))) {
          throw new CommandRefusedException("555", "5.5.4 There is no parameter " + name);
        }
      }
    }
  }

  private static void check(boolean condition, String text) {
    if (!condition) {
      throw new CommandRefusedException("501", "5.5.4 " + text);
    }
  }

  private static boolean isNotify(String value) {
    String upper = value.toUpperCase(Locale.ROOT);
    List<String> words = List.of(upper.split(",", -1));
    return upper.equals("NEVER")
        || (NOTIFY.containsAll(words) && Set.copyOf(words).size() == words.size());
  }

  private static boolean isOrcpt(String value) {
    return value.length() <= 500 && Orcpt.isOne(value);
  }

  @Override
  protected HookResult callHook(RcptHook hook, SMTPSession session, String argument) {
    return hook.doRcpt(session, sender(session), recipient(session), parameters(session));
  }

  @Override
  protected Response doCoreCmd(SMTPSession session, String command, String argument) {
    MailTransaction transaction = RelaySession.of(session).transaction();
    Map<String, String> parameters = parameters(session);
    Optional<RecipientDsnParameters> said = dsn(parameters);
    if (isNamed(session, recipient(session))) {
      transaction.recipientAgain(recipient(session), said);
      return Replies.RECIPIENT_NAMED;
    }
    Response reached = limits.recipient(RelaySession.of(session), recipient(session));
    if (reached != null) {
      return reached;
    }
    super.doCoreCmd(session, command, argument);
    said.ifPresent(each -> transaction.recipient(recipient(session), each));
    String original = parameters.get("ORCPT");
    if (original != null && !isKept(said, original)) {
      transaction.originalRecipient(recipient(session), original);
    }
    return Replies.RECIPIENT_OK;
  }

  /** James' parts take addresses that differ in case for one, and so deliver once. */
  private static boolean isNamed(SMTPSession session, MailAddress recipient) {
    return session
        .getAttachment(SMTPSession.RCPT_LIST, State.Transaction)
        .filter(earlier -> earlier.contains(recipient))
        .isPresent();
  }

  private static boolean isKept(Optional<RecipientDsnParameters> said, String original) {
    return said.flatMap(RecipientDsnParameters::getOrcptParameter)
        .filter(kept -> original.equalsIgnoreCase("rfc822;" + kept.asString()))
        .isPresent();
  }

  /** James knows original recipients that are addresses of RFC 822; others are kept apart. */
  private static Optional<RecipientDsnParameters> dsn(Map<String, String> parameters) {
    try {
      return RecipientDsnParameters.fromSMTPArgLine(parameters);
    } catch (IllegalArgumentException e) {
      String wanted = parameters.get("NOTIFY");
      return wanted == null
          ? Optional.empty()
          : RecipientDsnParameters.fromSMTPArgLine(Map.of("NOTIFY", wanted));
    }
  }

  private static MaybeSender sender(SMTPSession session) {
    return session
        .getAttachment(SMTPSession.SENDER, State.Transaction)
        .orElse(MaybeSender.nullSender());
  }

  private static MailAddress recipient(SMTPSession session) {
    return session.getAttachment(CURRENT_RECIPIENT, State.Transaction).orElseThrow();
  }

  private static Map<String, String> parameters(SMTPSession session) {
    return session.getAttachment(PARAMETERS, State.Transaction).orElse(Map.of());
  }

  private List<RcptHook> hooks() {
    return Optional.ofNullable(getHooks()).orElse(List.of());
  }
}
