/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.MailParametersHook;
import org.apache.james.smtpserver.JamesMailCmdHandler;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.Path;
import org.posthouse.identity.rights.Decision;

/**
 * MAIL in the place of stock's, which takes parameters that nobody knows for none: a mail would be
 * accepted and not be treated as its sender asked.
 */
public final class MailCommand extends JamesMailCmdHandler {
  private static final String MALFORMED = "501 5.1.7";

  private final MailParameters parameters;
  private final Admissions admissions;
  private final LimitCheck limits;
  private Map<String, MailParametersHook> hooks = Map.of();

  @Inject
  public MailCommand(
      MetricFactory metrics,
      DomainList domains,
      Admissions admissions,
      Clock clock,
      LimitCheck limits) {
    super(metrics, domains);
    this.admissions = admissions;
    this.parameters = new MailParameters(clock);
    this.limits = limits;
  }

  /** A second MAIL is refused and leaves the first alone; any other that fails begins nothing. */
  @Override
  public Response onCommand(SMTPSession session, Request request) {
    if (session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent()) {
      return Replies.NESTED_MAIL;
    }
    Response response = super.onCommand(session, request);
    if (!response.getRetCode().startsWith("2")) {
      session.resetState();
    }
    return response;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doFilterChecks(
      SMTPSession session, String command, @Nullable String argument) {
    if (session.getConfiguration().useHeloEhloEnforcement()
        && session.getAttachment(SMTPSession.CURRENT_HELO_MODE, State.Connection).isEmpty()) {
      return Replies.HELO_FIRST;
    }
    try {
      begin(RelaySession.of(session), argument);
      return null;
    } catch (CommandRefusedException e) {
      return e.reply();
    }
  }

  private void begin(RelaySession session, @Nullable String argument) {
    PathArgument from =
        PathArgument.parse(
            "FROM",
            argument,
            MALFORMED,
            session.getConfiguration().useAddressBracketsEnforcement());
    MaybeSender sender =
        from.path().equals(Path.NULL)
            ? MaybeSender.nullSender()
            : MaybeSender.of(from.address(getDefaultDomain(), MALFORMED));
    Admission admission = admissions.of(session);
    session.transaction().admission(admission);
    session.setAttachment(SMTPSession.SENDER, sender, State.Transaction);
    from.parameters().values().forEach((name, value) -> apply(session, name, value));
    parameters.check(session.transaction());
    if (from.isInternational() && !session.transaction().isInternational()) {
      throw new CommandRefusedException(Replies.NOT_INTERNATIONAL);
    }
    admit(session, admission, sender, from.parameters().values());
  }

  /** A stranger may have a local address to write to, and is told so at RCPT. */
  private static void admit(
      RelaySession session,
      Admission admission,
      MaybeSender sender,
      Map<String, String> parameters) {
    if (session.door().isTlsRequired() && !session.isTLSStarted()) {
      throw new CommandRefusedException(Replies.TLS_FIRST);
    }
    if (!admission.client().isAdmitted()) {
      return;
    }
    Set<String> extensions = new HashSet<>();
    parameters.forEach((name, value) -> extensions.addAll(Admission.extension(name, value)));
    String reversePath = sender.asOptional().map(MailAddress::asString).orElse("");
    Decision decision =
        admission.grant().mail(reversePath, session.transaction().size(), extensions);
    session.transaction().admission(admission.with(decision));
    if (!decision.goesOn()) {
      throw new CommandRefusedException(Admission.refusal(session, decision).orElseThrow());
    }
  }

  private void apply(RelaySession session, String name, String value) {
    if (parameters.apply(session, name, value)) {
      return;
    }
    MailParametersHook hook = hooks.get(name);
    if (hook == null) {
      throw new CommandRefusedException("555", "5.5.4 There is no parameter " + name);
    }
    Response refusal = calcDefaultSMTPResponse(hook.doMailParameter(session, name, value));
    if (refusal != null) {
      throw new CommandRefusedException(refusal);
    }
  }

  @Override
  protected Response doCoreCmd(SMTPSession session, String command, String argument) {
    MaybeSender sender =
        session
            .getAttachment(SMTPSession.SENDER, State.Transaction)
            .orElse(MaybeSender.nullSender());
    Response reached = limits.mail(RelaySession.of(session), sender);
    return reached == null ? Replies.SENDER_OK : reached;
  }

  @Override
  @SuppressWarnings("rawtypes") // James' signature.
  public void wireExtensions(Class interfaceName, List extensions) {
    super.wireExtensions(interfaceName, extensions);
    if (MailParametersHook.class.equals(interfaceName)) {
      Map<String, MailParametersHook> all = new HashMap<>();
      for (Object extension : extensions) {
        MailParametersHook hook = (MailParametersHook) extension;
        for (String name : hook.getMailParamNames()) {
          all.putIfAbsent(name, hook);
        }
      }
      hooks = Map.copyOf(all);
    }
  }
}
