/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Dns;
import org.posthouse.dns.SystemDns;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.StrayLine;
import org.posthouse.signing.FromDomain;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.KeyTableFile;
import org.posthouse.signing.OwnSignatures;
import org.posthouse.signing.PublicationCheck;
import org.posthouse.signing.PublicationMemory;
import org.posthouse.signing.RecordText;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;

/**
 * Signs a message with DKIM (RFC 6376, RFC 8463) as it is: {@code DKIM-Signature} lines are put on
 * top, one for each key that is active, and the other header lines and the body stay byte for byte.
 *
 * <p>Place it last before RemoteDelivery: whatever changes the message afterwards breaks the
 * signature. A message that has a signature of the same key already, and one that holds, is not
 * signed with that key again. One that RemoteDelivery has converted to 7 bits comes by once more,
 * and loses the signatures that the conversion broke.
 *
 * <p>The keys stand in a table, and the domain of the message's author chooses among them: of the
 * first address of its From field. A message with no From field, several of them, or one that
 * breaks the grammar and has several domains, as {@code <a@x.example> <b@y.example>}, is signed by
 * the table's default, or not at all: others might take another address for the author's. A message
 * with a line in its header that is no field (RFC 5322 section 2.2) has no key: verifiers refuse it
 * (RFC 6376 section 3.8), and others take that line for the begin of the body.
 *
 * <pre>{@code
 * <mailet match="All" class="DkimSign">
 *   <keyTable>dkim.xml</keyTable>
 *   <canonicalization>relaxed/relaxed</canonicalization>
 *   <headers>From, To, Subject, Date</headers>
 *   <oversign>From, Subject</oversign>
 *   <expires>14 d</expires>
 *   <timestamp>true</timestamp>
 *   <identity>none</identity>
 *   <whenNoKey>pass</whenNoKey>
 *   <checkDns>defer</checkDns>
 *   <deferFor>15 min</deferFor>
 *   <deferAtMost>1 d</deferAtMost>
 *   <deferProcessor>error</deferProcessor>
 * </mailet>
 * }</pre>
 *
 * <p>Or there is one key, which signs all mail:
 *
 * <pre>{@code
 * <mailet match="All" class="DkimSign">
 *   <domain>example.com</domain>
 *   <selector>posthouse</selector>
 *   <keyFile>file://conf/dkim/private.key</keyFile>
 *   <whenKeyMissing>fail</whenKeyMissing>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code keyTable}: the file with the table: a {@code file://} URL as elsewhere in James, an
 *       absolute path, or a path under {@code conf}. Changes are taken over within seconds
 *   <li>{@code domain}: instead of a table, the signing domain (d=)
 *   <li>{@code selector}: with it, the selector (s=) under {@code _domainkey} of that domain
 *   <li>{@code keyFile}: with it, a private key in PEM, not encrypted: RSA in PKCS#8 or PKCS#1, or
 *       Ed25519; found like a table. One that everybody can read stops the start
 *   <li>{@code whenKeyMissing}: what a missing {@code keyFile} does: {@code fail} stops the start,
 *       {@code pass} warns and lets mail through unsigned; default {@code fail}
 *   <li>{@code canonicalization}: of the header and of the body, each {@code simple} or {@code
 *       relaxed}; default {@code relaxed/relaxed}
 *   <li>{@code headers}: fields to sign, separated by commas; {@code default}, alone or among
 *       others, is From, Sender, Reply-To, To, Cc, Subject, Date, Message-ID, In-Reply-To,
 *       References, MIME-Version, Content-Type, Content-Transfer-Encoding, List-Unsubscribe and
 *       List-Unsubscribe-Post
 *   <li>{@code oversign}: which of them are signed once more than they occur, so that none can be
 *       added later (RFC 6376 section 8.15): names, to which From is added, {@code none}, or {@code
 *       default}, all of them
 *   <li>{@code expires}: how long signatures hold (x=), a number and s, min, h or d; without it for
 *       ever
 *   <li>{@code timestamp}: whether they say when they were made (t=); default {@code true}
 *   <li>{@code identity}: {@code from}: i= is the domain of From where that is d= or below it;
 *       {@code none}, the default: no i=
 *   <li>{@code whenNoKey}: what becomes of mail that no active key is for: {@code pass}, the
 *       default, lets it through unsigned, {@code fail} makes the mailet fail, and any other word
 *       is the processor it goes to, with 5.7.5 (5.6.0 for a line that is no field) and the reason
 *       in {@code delivery-error} and as its error message. Reports that the relay wrote (without a
 *       sender, and mail for {@code RelayRight=relay}) pass unsigned all the same: else no sender
 *       would hear of his mail
 *   <li>{@code checkDns}: what becomes of a signature whose key the DNS does not publish, has
 *       revoked, or contradicts, which is asked before a key is used and remembered for an hour,
 *       what is wrong for five minutes: {@code event} makes it all the same, {@code skip} leaves it
 *       out, {@code defer} lets the mail wait. Each says so in the log, once an hour and key, and
 *       in the attribute {@code org.posthouse.dkim.contradicted}. {@code off} asks nobody. Default:
 *       {@code event} with a table, {@code off} without
 *   <li>{@code deferFor}: how long mail waits; it then enters the processor that it is in from the
 *       top, and passes the mailets above this one again. Default {@code 15 min}
 *   <li>{@code deferAtMost}: how long it waits in all; default {@code 1 d}
 *   <li>{@code deferProcessor}: where it goes afterwards, with 5.7.5 and the record to publish in
 *       {@code delivery-error} and as its error message; default {@code error}
 * </ul>
 */
public class DkimSign extends GenericMailet {
  static final AttributeName CONTRADICTED = AttributeName.of("org.posthouse.dkim.contradicted");
  private static final AttributeName DEFERRED_SINCE =
      AttributeName.of("org.posthouse.dkim.deferredSince");

  /** RemoteDelivery has converted the message to 7 bits. */
  private static final AttributeName CONVERTED = AttributeName.of("org.posthouse.converted");

  /**
   * RFC 3463 section 3.8: cryptographic failure, a key is not available. Those of RFC 7372 (5.7.20)
   * tell of signatures that a verifier has not found or passed.
   */
  private static final String STATUS = "5.7.5";

  private static final String PASS = "pass";
  private static final String FAIL = "fail";
  private static final String NO_KEY = "no key of the table is for it";

  /** In the place of the domain of a From that cannot be read. */
  private static final String NOBODY = "-";

  private static final int MOST_OF_RECORDS = 750;

  private static final Set<String> OF_MAILET =
      Set.of("keyTable", "whenNoKey", "checkDns", "deferFor", "deferAtMost", "deferProcessor");

  private final FileSystem fileSystem;
  private final Dns dns;
  private final MailQueueFactory<?> queues;
  private final KeyTables tables;
  private final Clock clock;

  private Supplier<KeyTable> keys = () -> new KeyTable(List.of());
  private @Nullable KeyTableFile watched;
  private @Nullable SigningForm form;
  private @Nullable DnsCheck check;
  private @Nullable Deferral deferral;
  private String whenNoKey = PASS;
  private String afterDeferral = Mail.ERROR;

  @Inject
  public DkimSign(
      FileSystem fileSystem, SystemDns dns, MailQueueFactory<?> queues, KeyTables tables) {
    this(fileSystem, dns, queues, tables, Clock.systemUTC());
  }

  DkimSign(
      FileSystem fileSystem, Dns dns, MailQueueFactory<?> queues, KeyTables tables, Clock clock) {
    this.fileSystem = fileSystem;
    this.dns = dns;
    this.queues = queues;
    this.tables = tables;
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Set<String> known = new TreeSet<>(OF_MAILET);
    known.addAll(SingleKey.PARAMETERS);
    known.addAll(SigningForm.PARAMETERS);
    Parameters.read(getMailetConfig(), known, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    SigningForm read = SigningForm.read(parameters);
    boolean hasTable = parameters.has("keyTable");
    whenNoKey = parameters.optional("whenNoKey").orElse(PASS);
    check = check(parameters, hasTable ? "event" : "off");
    deferral = deferral(parameters);
    if (hasTable) {
      form = read;
      openTable(parameters);
    } else {
      Optional<KeyTable> single = SingleKey.read(parameters, fileSystem);
      form = single.isPresent() ? read : null;
      single.ifPresent(table -> keys = () -> table);
    }
  }

  private DnsCheck check(Parameters parameters, String otherwise) throws MessagingException {
    return new DnsCheck(
        new PublicationMemory(new PublicationCheck(dns), clock),
        DnsReaction.of(parameters.oneOf("checkDns", otherwise, DnsReaction.words())));
  }

  private Deferral deferral(Parameters parameters) throws MessagingException {
    afterDeferral = parameters.optional("deferProcessor").orElse(Mail.ERROR);
    return new Deferral(
        queues,
        clock,
        parameters.span("deferFor", "15 min"),
        parameters.span("deferAtMost", "1 d"),
        afterDeferral,
        DEFERRED_SINCE);
  }

  private void openTable(Parameters parameters) throws MessagingException {
    for (String name : new TreeSet<>(SingleKey.PARAMETERS)) {
      if (parameters.optional(name).isPresent()) {
        throw parameters.refusal(name, "is for a single key, not for a <keyTable>");
      }
    }
    KeyTableFile table = tables.open(parameters, fileSystem);
    watched = table;
    if (reaction() != DnsReaction.OFF) {
      tables.compare(table);
    }
    keys = table::current;
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    SigningForm signing = form;
    if (signing == null) {
      return;
    }
    RawHeaders headers = RawHeaders.of(mail.getMessage());
    Optional<String> from = FromDomain.of(headers.fields());
    Optional<StrayLine> stray = StrayLine.in(headers.fields());
    if (stray.isPresent()) {
      withoutKey(mail, from.orElse(NOBODY), "5.6.0", stray.get().toString());
      return;
    }
    KeyTable table = keys.get();
    Instant now = clock.instant();
    Optional<SigningDomain> domain =
        from.isPresent() ? table.of(from.get(), now) : table.fallback();
    List<TableKey> active = domain.map(each -> each.active(now)).orElseGet(List::of);
    if (domain.isEmpty() || active.isEmpty()) {
      withoutKey(mail, from.orElse(NOBODY), STATUS, NO_KEY);
    } else {
      sign(mail, signing, domain.get(), active, from);
    }
  }

  private void withoutKey(Mail mail, String from, String status, String why)
      throws MessagingException {
    String reaction = RelayRights.isReport(mail) ? PASS : whenNoKey;
    switch (reaction) {
      case PASS -> MailLog.unsigned(mail, from, why);
      case FAIL -> throw new MessagingException(notSigned(from, why));
      default -> {
        MailLog.unsigned(mail, from, why + "; it goes to " + reaction);
        refuse(mail, status + " (" + notSigned(from, why) + ")", reaction);
      }
    }
  }

  private static String notSigned(String from, String why) {
    return from.equals(NOBODY)
        ? "mail whose From names no single author is not signed: " + why
        : "mail from " + from + " is not signed: " + why;
  }

  private static void refuse(Mail mail, String error, String processor) {
    mail.setErrorMessage(error);
    mail.setAttribute(Attribute.convertToAttribute(LoopGuard.DELIVERY_ERROR, error));
    mail.setState(processor);
  }

  private void sign(
      Mail mail,
      SigningForm signing,
      SigningDomain domain,
      List<TableKey> active,
      Optional<String> from)
      throws MessagingException {
    List<DnsCheck.Contradiction> found = contradictions(mail, domain, active);
    if (!found.isEmpty() && reaction() == DnsReaction.DEFER && deferral != null) {
      defer(mail, deferral, domain, found);
      return;
    }
    List<TableKey> used = new ArrayList<>(active);
    if (reaction() == DnsReaction.SKIP) {
      found.forEach(each -> used.remove(each.key()));
    }
    if (mail.getAttribute(CONVERTED).isPresent()) {
      dropOwn(mail, domain, active);
    }
    List<String> lines =
        new MessageSigning(
                domain.signs(),
                used,
                used.stream().map(key -> signing.terms(domain, key, from)).toList(),
                clock)
            .lines(mail.getMessage());
    if (!lines.isEmpty()) {
      TopHeader.put(mail.getMessage(), lines);
      MailLog.signed(
          mail,
          domain.signs(),
          used.stream().map(TableKey::selector).collect(Collectors.joining(",")));
    } else if (used.isEmpty()) {
      MailLog.unsigned(mail, from.orElse(NOBODY), "the DNS contradicts its keys");
    }
    if (deferral != null) {
      deferral.end(mail);
    }
  }

  private static void defer(
      Mail mail, Deferral deferral, SigningDomain domain, List<DnsCheck.Contradiction> found)
      throws MessagingException {
    String why = "not signed: " + text(found) + "; publish " + records(domain, found);
    String error = STATUS + " (" + why + ")";
    deferral.defer(mail, error);
    if (!mail.getState().equals(Mail.GHOST)) {
      mail.setAttribute(Attribute.convertToAttribute(LoopGuard.DELIVERY_ERROR, error));
    }
  }

  /** The first, and others as far as a line of a report has room (RFC 5322 section 2.1.1: 998). */
  private static String records(SigningDomain domain, List<DnsCheck.Contradiction> found) {
    StringBuilder records = new StringBuilder();
    for (DnsCheck.Contradiction each : found) {
      RecordText record = RecordText.of(domain.signs(), each.key());
      String line = record.zoneLine();
      if (records.isEmpty()) {
        boolean fits = line.length() < MOST_OF_RECORDS;
        records.append(fits ? line : record.name() + " as posthouse dkim check prints it");
      } else if (records.length() + line.length() < MOST_OF_RECORDS) {
        records.append("; ").append(line);
      }
    }
    return records.toString();
  }

  /**
   * Takes away what these keys signed before. Others' signatures stay, though they are broken too
   * (RFC 6376 section 4.2); these never left with this message.
   */
  private static void dropOwn(Mail mail, SigningDomain domain, List<TableKey> keys)
      throws MessagingException {
    Set<String> selectors = keys.stream().map(TableKey::selector).collect(Collectors.toSet());
    RawHeaders headers = RawHeaders.of(mail.getMessage());
    HeaderEdit edit = new HeaderEdit(headers.fields());
    edit.forEach(
        field ->
            Optional.of(field)
                .filter(each -> !OwnSignatures.isOf(each, domain.signs(), selectors)));
    if (edit.isChanged()) {
      headers.setFields(edit.fields());
    }
  }

  private List<DnsCheck.Contradiction> contradictions(
      Mail mail, SigningDomain domain, List<TableKey> active) {
    List<DnsCheck.Contradiction> found =
        check == null ? List.of() : check.contradictions(domain.signs(), active);
    if (found.isEmpty()) {
      mail.removeAttribute(CONTRADICTED);
    } else {
      mail.setAttribute(new Attribute(CONTRADICTED, AttributeValue.of(text(found))));
    }
    return found;
  }

  private DnsReaction reaction() {
    return check == null ? DnsReaction.OFF : check.reaction();
  }

  private static String text(List<DnsCheck.Contradiction> found) {
    return String.join(", ", found.stream().map(DnsCheck.Contradiction::toString).toList());
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    List<ProcessingState> states = new ArrayList<>();
    if (!Set.of(PASS, FAIL).contains(whenNoKey)) {
      states.add(new ProcessingState(whenNoKey));
    }
    if (reaction() == DnsReaction.DEFER) {
      states.add(new ProcessingState(afterDeferral));
    }
    return states;
  }

  @Override
  public void destroy() {
    if (watched != null) {
      watched.close();
    }
  }

  @Override
  public String getMailetInfo() {
    return "DkimSign";
  }
}
