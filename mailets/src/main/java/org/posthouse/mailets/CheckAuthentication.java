/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.authentication.AuthenticationOutcome;
import org.posthouse.authentication.AuthenticationResults;
import org.posthouse.authentication.Transaction;
import org.posthouse.dns.Dns;
import org.posthouse.dns.SystemDns;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;
import org.posthouse.spf.ReceivedSpf;

/**
 * Checks where a mail comes from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989) and ARC (RFC
 * 8617). The results are told in attributes of the mail ({@link AuthenticationAttributes}) and in a
 * header field {@code Authentication-Results} (RFC 8601) on top; fields that came with the mail and
 * pretend to be ours are removed. Everything else stays byte for byte.
 *
 * <p>Where a line of the header is no field (RFC 5322 section 2.2) some readers pass over it, and
 * others take it and what follows for the body: text that nobody signed. So every signature is a
 * permanent error then, whose reason has the number of the line; DMARC does not pass and ARC fails.
 * Fields that pretend to be ours are removed behind such a line too, for those who read on. A
 * message that begins with a folded line gets no field on top, which that line would go on with.
 *
 * <p>It rejects nothing. The matchers SpfIs, DkimIs, DmarcIs and ArcIs choose by the results what
 * becomes of the mail. Place it first in the chain, before anything that changes the message, and
 * let its matcher choose whose mail is checked: mail of your own people comes from anywhere, is not
 * signed yet, and would fail.
 *
 * <pre>{@code
 * <mailet match="RelayRight=local" class="CheckAuthentication">
 *   <authservId>mx.example.com</authservId>
 *   <alsoRemove>mail.example.com, old.example.com</alsoRemove>
 *   <spf>true</spf>
 *   <dkim>true</dkim>
 *   <dmarc>true</dmarc>
 *   <arc>true</arc>
 *   <receivedSpf>false</receivedSpf>
 *   <helo>unknown.example.com</helo>
 *   <timeoutSeconds>20</timeoutSeconds>
 * </mailet>
 * <mailet match="DmarcIs=fail:reject" class="ToProcessor">
 *   <processor>forged</processor>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code authservId}: the name that stands in Authentication-Results, one for all hosts that
 *       you trust; default: the name of this host
 *   <li>{@code alsoRemove}: further names, separated by commas, whose Authentication-Results are
 *       removed; {@code *} removes all. Default: none
 *   <li>{@code spf}, {@code dkim}, {@code dmarc}, {@code arc}: whether that is checked; default
 *       {@code true}. DMARC builds on SPF and DKIM: it needs one of them, and mail that only the
 *       other would vouch for fails
 *   <li>{@code receivedSpf}: whether a field Received-SPF is added too; default {@code false}
 *   <li>{@code helo}: the name in HELO where James did not record one; default: none, so that the
 *       null reverse path has no domain
 *   <li>{@code timeoutSeconds}: how long all questions to the DNS together may take. Then nothing
 *       more is asked, and what is not known is a temporary error; a question under way may take
 *       five seconds more. Default 20
 * </ul>
 *
 * <p>The client's address is the one that Posthouse recorded, which a trusted proxy may have said,
 * else that of the connection.
 */
public class CheckAuthentication extends GenericMailet {
  private static final AttributeName CLIENT = AttributeName.of("org.posthouse.right.client");
  private static final AttributeName GIVEN_SENDER =
      AttributeName.of("org.posthouse.right.givenSender");

  private final Dns dns;
  private final Clock clock;
  private @Nullable AuthenticationParameters parameters;

  /** Asks this DNS. */
  @Inject
  public CheckAuthentication(SystemDns dns) {
    this(dns, Clock.systemUTC());
  }

  CheckAuthentication(Dns dns, Clock clock) {
    this.dns = dns;
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(
        getMailetConfig(),
        AuthenticationParameters.KNOWN,
        each -> parameters = AuthenticationParameters.read(each, dns, clock));
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    AuthenticationParameters now = parameters();
    RawHeaders message = RawHeaders.of(mail.getMessage());
    List<HeaderField> fields = message.fields();
    Transaction transaction =
        new Transaction(
            client(mail), text(mail, Mail.SMTP_HELO).orElse(now.helo()), reversePath(mail));
    AuthenticationOutcome outcome;
    try {
      outcome = now.authentication().check(transaction, fields, () -> body(message));
    } catch (IOException e) {
      throw new MessagingException("the body of " + mail.getName() + " cannot be read", e);
    }
    AuthenticationRecord.set(mail, outcome);
    message.setFields(fields(now, transaction, outcome, fields));
  }

  @Override
  public String getMailetInfo() {
    return "CheckAuthentication";
  }

  private static List<HeaderField> fields(
      AuthenticationParameters now,
      Transaction transaction,
      AuthenticationOutcome outcome,
      List<HeaderField> all) {
    List<String> lines = new ArrayList<>();
    String results =
        new AuthenticationResults(now.authservId(), outcome.results(transaction)).line();
    lines.add(results);
    if (now.receivedSpf() && outcome.spf().isPresent()) {
      now.authentication()
          .spfRequest(transaction)
          .map(request -> ReceivedSpf.value(request, outcome.spf().get()))
          .map(value -> ReceivedSpf.NAME + ": " + value)
          .ifPresent(lines::add);
    }
    HeaderEdit edit = new HeaderEdit(all);
    edit.forEach(field -> now.removes(field) ? Optional.empty() : Optional.of(field));
    edit.prepend(lines);
    return edit.fields();
  }

  private static InputStream body(RawHeaders message) throws IOException {
    try {
      return message.openBody();
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  private static @Nullable InetAddress client(Mail mail) {
    String address = text(mail, CLIENT).orElse(mail.getRemoteAddr());
    return address != null && InetAddresses.isInetAddress(address)
        ? InetAddresses.forString(address)
        : null;
  }

  /** As the client gave it: a rule may have put another in its place. */
  private static String reversePath(Mail mail) {
    return text(mail, GIVEN_SENDER)
        .map(path -> path.equals("<>") ? "" : path)
        .orElseGet(() -> mail.getMaybeSender().asOptional().map(MailAddress::asString).orElse(""));
  }

  private static Optional<String> text(Mail mail, AttributeName name) {
    return mail.getAttribute(name)
        .map(attribute -> attribute.getValue().value())
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  private AuthenticationParameters parameters() {
    AuthenticationParameters read = parameters;
    if (read == null) {
      throw new IllegalStateException("not initialised");
    }
    return read;
  }
}
