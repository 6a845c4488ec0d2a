/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.transport.mailets.redirect.TypeCode;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.dsn.DsnNotify;
import org.posthouse.dsn.DsnRet;
import org.posthouse.dsn.Report;
import org.posthouse.dsn.ReportStyle;
import org.posthouse.dsn.ReportedRecipient;
import org.posthouse.dsn.ReportedRecipient.Action;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.james.delivery.ReportSending;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.DsnRequest;
import org.posthouse.spelling.NearestName;

/**
 * Tells the sender what a chain did with a mail, in general that it does not deliver it. It has
 * stock's parameters, and writes the reports that RemoteDelivery writes (RFC 3464), with the
 * attribute {@code delivery-error}, or else the mail's error message, as the reason.
 *
 * <p>Recipients of whom the sender wants no such report are left out (NOTIFY; RFC 3461, section
 * 4.1); where none is left, the mail goes the same way without a report. Mail without a sender is
 * never reported.
 *
 * <pre>{@code
 * <mailet match="All" class="DSNBounce">
 *   <sender>postmaster</sender>
 *   <prefix>[example.com]</prefix>
 *   <attachment>heads</attachment>
 *   <messageString>The relay [machine] does not take your mail.</messageString>
 *   <passThrough>false</passThrough>
 *   <action>failed</action>
 *   <defaultStatus>5.7.1</defaultStatus>
 *   <debug>false</debug>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code sender}: the address that the report comes from, and that is named for questions;
 *       default {@code postmaster}
 *   <li>{@code prefix}: what the subject begins with; default: nothing
 *   <li>{@code attachment}: how much of the mail comes back where the sender did not say (RET):
 *       {@code message}, which is the header only above 50 kB, {@code heads}, or {@code none},
 *       which counts whatever the sender said; default {@code message}
 *   <li>{@code messageString}: what the text begins with; {@code [machine]} stands for the name of
 *       the relay. Default: what happened
 *   <li>{@code passThrough}: whether the mail goes on afterwards; default {@code true}
 *   <li>{@code action}: {@code failed}, the default, {@code delayed}, or, told to those only who
 *       asked for it, {@code delivered}, {@code relayed} and {@code expanded}
 *   <li>{@code defaultStatus}: the status (RFC 3463) where the reason names none; default 5.0.0,
 *       4.0.0 or 2.0.0
 *   <li>{@code debug}: stock's; nothing depends on it
 * </ul>
 */
public class DSNBounce extends org.apache.james.transport.mailets.DSNBounce {
  private static final AttributeName ARRIVAL = AttributeName.of("dsn-arrival-date");
  private static final String MACHINE = "[machine]";

  /** Stock's default of {@code defaultStatus}. */
  private static final String UNKNOWN = "unknown";

  /** Names that James itself reads from a mailet's element. */
  private static final Set<String> OF_THE_CONTAINER =
      Set.of("onMailetException", "onMatchException");

  /** Parameters with one of some words, the default first. */
  private static final Map<String, List<String>> WORDS =
      Map.of(
          "action", List.of("failed", "delayed", "delivered", "relayed", "expanded"),
          "attachment", List.of("message", "heads", "none", "all", "body", "unaltered"), // stock's
          "debug", List.of("false", "true"),
          "passThrough", List.of("true", "false"));

  /** A reply as it stands in a log, or a text that may begin with a status. */
  private static final Pattern REASON = Pattern.compile("(?s)(?:([2-5][0-9][0-9])[ -])?\\s*(.*)");

  private final DomainList domains;
  private final Clock clock;

  private Action action = Action.FAILED;
  private EnhancedStatusCode defaultStatus = new EnhancedStatusCode(5, 0, 0);
  private DsnRet returned = DsnRet.FULL;
  private @Nullable ReportSending sending;

  @Inject
  public DSNBounce(DNSService dns, DomainList domains) {
    super(dns);
    this.domains = domains;
    this.clock = Clock.systemUTC();
  }

  @Override
  public void init() throws MessagingException {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new MessagingException(String.join("; ", problems));
    }
    super.init();
    action = Action.valueOf(written("action", "failed").toUpperCase(Locale.ROOT));
    defaultStatus =
        EnhancedStatusCode.atStartOf(written("defaultStatus", ""))
            .orElse(new EnhancedStatusCode(action.kind().status(), 0, 0));
    TypeCode attachment = getInitParameters().getAttachmentType();
    returned = attachment == TypeCode.HEADS ? DsnRet.HDRS : DsnRet.FULL;
    sending =
        new ReportSending(
            getMailetContext(),
            new ReportStyle(
                getInitParameter("messageString", "").replace(MACHINE, host()),
                getInitParameter("prefix", ""),
                attachment != TypeCode.NONE));
  }

  private String written(String parameter, String otherwise) {
    return getInitParameter(parameter, otherwise).strip();
  }

  /** All that is wrong; stock tells of the first, and takes many wrong words for its defaults. */
  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    Set<String> known = new TreeSet<>(getAllowedInitParameters());
    getInitParameterNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name) && !OF_THE_CONTAINER.contains(name)) {
                problems.add("there is no parameter <" + name + ">" + guess(name, known));
              }
            });
    WORDS.forEach(
        (parameter, words) -> {
          String word = written(parameter, words.get(0)).toLowerCase(Locale.ROOT);
          if (!words.contains(word)) {
            problems.add(wrong(parameter, "is none of " + String.join(", ", words)));
          }
        });
    String status = written("defaultStatus", UNKNOWN);
    if (!status.equals(UNKNOWN)
        && EnhancedStatusCode.atStartOf(status)
            .filter(each -> each.toString().equals(status))
            .isEmpty()) {
      problems.add(wrong("defaultStatus", "is no status, as 5.7.1 is (RFC 3463)"));
    }
    try {
      getSender();
    } catch (MessagingException e) {
      problems.add(wrong("sender", "is no address"));
    }
    return problems;
  }

  private String wrong(String parameter, String why) {
    return "<" + parameter + "> '" + getInitParameter(parameter) + "' " + why;
  }

  private static String guess(String name, Set<String> known) {
    return NearestName.of(name, known.stream())
        .map(nearest -> ". Did you mean <" + nearest + ">?")
        .orElse("");
  }

  private String host() throws MessagingException {
    try {
      return domains.getDefaultDomain().asString();
    } catch (DomainListException e) {
      throw new MessagingException("there is no default domain", e);
    }
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (sending == null) {
      throw new IllegalStateException("not initialised");
    }
    if (mail.hasSender()) {
      List<ReportedRecipient> told =
          mail.getRecipients().stream()
              .filter(recipient -> isWanted(mail, recipient))
              .map(recipient -> reported(mail, recipient))
              .toList();
      if (!told.isEmpty()) {
        sending.send(report(mail, told), mail);
      }
    }
    if (!getInitParameters().getPassThrough()) {
      mail.setState(Mail.GHOST);
    }
  }

  private boolean isWanted(Mail mail, MailAddress recipient) {
    return DsnNotify.of(DsnRequest.of(mail, recipient.asString()).wanted()).wants(action.kind());
  }

  private Report report(Mail mail, List<ReportedRecipient> told) throws MessagingException {
    Instant now = clock.instant();
    DsnRet wanted = ReportSending.ret(mail);
    return new Report(
        action.kind(),
        mail.getName() + "." + now.toEpochMilli(),
        now,
        host(),
        getSender(mail).orElse(getMailetContext().getPostmaster()).asString(),
        mail.getMaybeSender().asOptional().map(MailAddress::asString).orElseThrow(),
        ReportSending.envid(mail),
        wanted == null ? returned : wanted,
        AttributeUtils.getValueAndCastFromMail(mail, ARRIVAL, ZonedDateTime.class)
            .map(ZonedDateTime::toInstant)
            .orElse(null),
        Needs.deliverBy(mail).map(by -> Instant.ofEpochMilli(by.deadline())).orElse(null),
        told);
  }

  private ReportedRecipient reported(Mail mail, MailAddress recipient) {
    String reason =
        AttributeUtils.getValueAndCastFromMail(mail, Bouncer.DELIVERY_ERROR, String.class)
            .or(() -> Optional.ofNullable(mail.getErrorMessage()))
            .orElse("")
            .strip();
    Matcher parts = REASON.matcher(reason);
    boolean isReply = parts.matches() && parts.group(1) != null;
    SmtpReply reply =
        isReply ? SmtpReply.of(Integer.parseInt(parts.group(1)), parts.group(2)) : null;
    Optional<EnhancedStatusCode> said =
        reply == null ? EnhancedStatusCode.atStartOf(reason) : reply.enhanced();
    return new ReportedRecipient(
        recipient.asString(),
        DsnRequest.of(mail, recipient.asString()).orcpt(),
        action,
        said.filter(this::isOfAction).orElse(defaultStatus),
        null,
        reply,
        reply == null ? explanation(reason, said) : "",
        null,
        null,
        0);
  }

  /** What failed may have been tried until time was up (RFC 3464, section 2.3.4). */
  private boolean isOfAction(EnhancedStatusCode said) {
    return said.status() == action.kind().status()
        || (action == Action.FAILED && said.status() == 4);
  }

  /** Without the status, which stands elsewhere. */
  private static String explanation(String reason, Optional<EnhancedStatusCode> status) {
    String text = reason.substring(status.map(code -> code.toString().length()).orElse(0)).strip();
    return text.startsWith("(") && text.indexOf(')') == text.length() - 1
        ? text.substring(1, text.length() - 1)
        : text;
  }
}
