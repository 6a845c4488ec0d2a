/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.inject.Inject;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.StrayLine;
import org.posthouse.rewriting.Address;
import org.posthouse.rewriting.AddressFields;
import org.posthouse.rewriting.AddressFields.Outcome;
import org.posthouse.rewriting.AddressRewriting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites addresses in the envelope and in header fields as Postfix does by the parameters of like
 * names, in Postfix' order: sender or recipient canonical, canonical, masquerade, generic. In a
 * header line only the octets of an addr-spec change; display names, comments and folds stay. The
 * null reverse-path is never rewritten. Recipients that become equal are one, and what was said of a
 * recipient (DSN parameters, headers of its own) goes along. Place it before the mail is signed.
 *
 * <pre>{@code
 * <mailet match="All" class="RewriteAddresses">
 *   <canonical>
 *     # key                      address
 *     jdoe@example.com           john.doe@example.com
 *     @old.example.com           @example.com
 *     .lab.example.com           lab@example.com
 *     root@                      postmaster@example.com
 *     /^(.+)\.(.+)@hr\.example/  $1.$2@example.com
 *     operator                   noc@example.com
 *   </canonical>
 *   <canonicalClasses>envelope_sender, header_sender</canonicalClasses>
 *   <senderCanonical>file://conf/sender_canonical</senderCanonical>
 *   <senderCanonicalClasses>envelope_sender, header_sender</senderCanonicalClasses>
 *   <recipientCanonical>recipient_canonical</recipientCanonical>
 *   <recipientCanonicalClasses>envelope_recipient</recipientCanonicalClasses>
 *   <masqueradeDomains>!host.example.com, example.com</masqueradeDomains>
 *   <masqueradeExceptions>root, backup@db.example.com, @lab.example.com</masqueradeExceptions>
 *   <masqueradeClasses>envelope_sender, header_sender, header_recipient</masqueradeClasses>
 *   <generic>/etc/posthouse/generic</generic>
 *   <genericClasses>envelope_sender, header_sender</genericClasses>
 *   <localDomains>example.com, localhost</localDomains>
 *   <origin>example.com</origin>
 *   <recipientDelimiter>+</recipientDelimiter>
 *   <propagateUnmatchedExtensions>canonical</propagateUnmatchedExtensions>
 *   <recursion>10</recursion>
 *   <senderHeaders>From, Sender, Reply-To</senderHeaders>
 *   <recipientHeaders>To, Cc</recipientHeaders>
 *   <unparsable>leave</unparsable>
 *   <processor>error</processor>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code canonical}, {@code senderCanonical}, {@code recipientCanonical}, {@code generic}:
 *       tables, either lines in the element or a file in Postfix' text form: a {@code file://} URL,
 *       an absolute path, or a path under {@code conf}. A file is read again within a second after
 *       it has changed; one that is wrong then leaves the table as it was. The order of keys is that
 *       of Postfix' canonical(5): {@code user+extension@domain}, patterns, {@code user@domain},
 *       {@code user} (for localDomains), {@code @domain}; then {@code .domain} for all domains below
 *       and {@code user@} for all domains. The address {@code @domain} keeps the local part. Patterns
 *       are those of RE2, ignore letter case, and fill in {@code $1}
 *   <li>{@code …Classes}: which addresses a table or masquerading is for, some of {@code
 *       envelope_sender}, {@code envelope_recipient}, {@code header_sender}, {@code
 *       header_recipient}; the defaults are Postfix', and all four for generic
 *   <li>{@code masqueradeDomains}: domains that the hosts below them are stripped to; {@code !domain}
 *       keeps one and those below it; the first one that is above an address decides
 *   <li>{@code masqueradeExceptions}: {@code user}, {@code user@domain} or {@code @domain} that is
 *       not stripped
 *   <li>{@code localDomains}: domains whose addresses a key without a domain finds; default none
 *   <li>{@code origin}: the domain of results that have none; by default such are refused
 *   <li>{@code recipientDelimiter}: characters that begin an extension, or {@code none}; default
 *       {@code +}
 *   <li>{@code propagateUnmatchedExtensions}: whether extensions that no key names are appended to
 *       results of {@code canonical} (all three), {@code generic}, both or {@code none}; default
 *       {@code canonical}
 *   <li>{@code recursion}: how many more times a result of a canonical table is looked up in it, up
 *       to 100; an address without end stays. Default: not once more (Postfix: 9)
 *   <li>{@code senderHeaders}: fields of class header_sender; default From, Sender,
 *       Reply-To, Resent-From, Resent-Sender, Resent-Reply-To, Errors-To, Return-Receipt-To,
 *       Disposition-Notification-To
 *   <li>{@code recipientHeaders}: fields of class header_recipient; default To, Cc, Bcc,
 *       Resent-To, Resent-Cc, Resent-Bcc, Apparently-To
 *   <li>{@code unparsable}: what becomes of a mail with such a field that cannot be read, or with a
 *       line in its header that is no field (RFC 5322 section 2.2): {@code leave} leaves the whole
 *       header as it came, since half of it rewritten would contradict the other, and rewrites the
 *       envelope; {@code error} leaves all and sends the mail to the
 *       processor, with the reason as its error message; default {@code leave}. Either way it is a
 *       warning in the log
 *   <li>{@code processor}: where such mail goes; default {@code error}
 * </ul>
 */
public class RewriteAddresses extends GenericMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(RewriteAddresses.class);
  private static final String ERROR = "error";

  private final FileSystem fileSystem;

  private AddressRewriting envelopeSender = AddressRewriting.NONE;
  private AddressRewriting envelopeRecipient = AddressRewriting.NONE;
  private List<HeaderClass> headers = List.of();
  private boolean leavesUnparsable = true;
  private ProcessingState processor = new ProcessingState(Mail.ERROR);

  /** Fields and what is done with their addresses. */
  private record HeaderClass(List<String> names, AddressRewriting rewriting) {
    boolean has(String name) {
      return names.stream().anyMatch(name::equalsIgnoreCase);
    }
  }

  @Inject
  public RewriteAddresses(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public void init() throws MessagingException {
    Set<String> known = RewritingTables.parameterNames();
    known.addAll(Set.of("senderHeaders", "recipientHeaders", "unparsable", "processor"));
    Parameters.read(getMailetConfig(), known, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    RewritingTables tables = RewritingTables.read(parameters, fileSystem);
    envelopeSender = tables.of(RewritingTables.ENVELOPE_SENDER);
    envelopeRecipient = tables.of(RewritingTables.ENVELOPE_RECIPIENT);
    headers = headerClasses(parameters, tables);
    leavesUnparsable =
        parameters.choice("unparsable", Set.of("leave", ERROR), "leave").equals("leave");
    processor = new ProcessingState(parameters.optional("processor").orElse(Mail.ERROR));
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    RawHeaders message = RawHeaders.of(mail.getMessage());
    Set<String> unparsable = new LinkedHashSet<>();
    HeaderEdit edit = new HeaderEdit(headers.isEmpty() ? List.of() : message.fields());
    StrayLine.in(edit.fields()).ifPresent(line -> unparsable.add(line.toString()));
    for (HeaderClass each : headers) {
      edit.forEach(field -> Optional.of(rewritten(field, each, edit.lineEnd(), unparsable)));
    }
    if (!unparsable.isEmpty()) {
      String why = String.join("; ", unparsable);
      MailLog.unparsable(mail, why);
      if (!leavesUnparsable) {
        mail.setErrorMessage("RewriteAddresses: " + why);
        mail.setState(processor.getValue());
        return;
      }
    }
    rewriteSender(mail);
    rewriteRecipients(mail);
    if (edit.isChanged() && unparsable.isEmpty()) { // no header that is half of each
      message.setFields(edit.fields());
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return leavesUnparsable ? List.of() : List.of(processor);
  }

  @Override
  public String getMailetInfo() {
    return "RewriteAddresses";
  }

  private static HeaderField rewritten(
      HeaderField field, HeaderClass headers, String lineEnd, Set<String> unparsable) {
    if (!headers.has(field.name())) {
      return field;
    }
    Outcome outcome = AddressFields.rewrite(field.line(), lineEnd, headers.rewriting);
    if (outcome instanceof Outcome.Unparsable wrong) {
      unparsable.add(field.name() + " (" + wrong.reason() + ")");
    }
    return outcome instanceof Outcome.Rewritten changed
        ? HeaderField.of(changed.line(), field.end())
        : field;
  }

  private void rewriteSender(Mail mail) throws MessagingException {
    Optional<MailAddress> sender = mail.getMaybeSender().asOptional();
    Optional<MailAddress> other = sender.flatMap(each -> rewritten(each, envelopeSender));
    if (other.isPresent()) {
      Envelope.setSender(mail, other.get());
    }
  }

  private void rewriteRecipients(Mail mail) {
    Map<MailAddress, List<MailAddress>> changes = new LinkedHashMap<>();
    for (MailAddress recipient : mail.getRecipients()) {
      rewritten(recipient, envelopeRecipient)
          .ifPresent(other -> changes.put(recipient, List.of(other)));
    }
    MailLog.redirected(mail, changes);
    RecipientChange.apply(mail, changes);
  }

  private static Optional<MailAddress> rewritten(MailAddress before, AddressRewriting rewriting) {
    return Address.parse(before.asString())
        .flatMap(rewriting::rewrite)
        .flatMap(RewriteAddresses::mailAddress)
        .filter(Predicate.not(before::equals));
  }

  private static Optional<MailAddress> mailAddress(Address address) {
    try {
      return Optional.of(new MailAddress(address.toString()));
    } catch (AddressException e) {
      LOGGER.warn("{} is no address for James: the one before stays", address);
      return Optional.empty();
    }
  }

  private static List<HeaderClass> headerClasses(Parameters parameters, RewritingTables tables)
      throws MessagingException {
    List<HeaderClass> classes = new ArrayList<>();
    classes.add(
        new HeaderClass(
            names(parameters, "senderHeaders", AddressFields.OF_SENDERS),
            tables.of(RewritingTables.HEADER_SENDER)));
    classes.add(
        new HeaderClass(
            names(parameters, "recipientHeaders", AddressFields.OF_RECIPIENTS),
            tables.of(RewritingTables.HEADER_RECIPIENT)));
    classes.removeIf(each -> each.rewriting == AddressRewriting.NONE);
    return classes;
  }

  private static List<String> names(Parameters parameters, String name, List<String> defaults) {
    List<String> given = parameters.words(name);
    return given.isEmpty() ? defaults : given;
  }
}
