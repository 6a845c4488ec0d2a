/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.returnpath.Mailbox;
import org.posthouse.returnpath.Returned;
import org.posthouse.returnpath.Returned.Reason;
import org.posthouse.returnpath.VariableReturnPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each recipient's mail a sender of its own (VERP), and tells of returned mail whose it is.
 *
 * <pre>{@code
 * <mailet match="LoginInGroup=newsletter" class="Verp">
 *   <mode>forward</mode>
 *   <address>bounces@example.com</address>
 *   <style>signed</style>
 *   <secretFile>file://conf/verp.secret</secretFile>
 *   <delimiter>+</delimiter>
 *   <maxRecipients>100</maxRecipients>
 *   <force>false</force>
 * </mailet>
 *
 * <mailet match="VerpAddress=bounces@example.com" class="Verp">
 *   <mode>reverse</mode>
 *   <address>bounces@example.com</address>
 *   <secretFile>file://conf/verp.secret</secretFile>
 *   <maxAge>21</maxAge>
 *   <processor>denied</processor>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code mode}: {@code forward} replaces the sender, whatever it is but for the null sender,
 *       which stays; {@code reverse} looks at the recipients; required
 *   <li>{@code address}: the sender without a token; required
 *   <li>{@code style}: {@code signed}: {@code bounces+k3f7a2qd2w=user=host.example@example.com},
 *       which nobody else can make, or {@code plain}: {@code
 *       bounces+user=host.example@example.com}; default {@code signed}
 *   <li>{@code secretFile}: as of {@link Srs}; required when signed
 *   <li>{@code delimiter}: what stands before the token, {@code +} or {@code -}; default {@code +}
 *   <li>{@code maxAge}: days that bounces may take, up to 1000, when signed; default 21
 *   <li>{@code maxRecipients}: a mail to more passes as it is, with a warning; up to 10,000,
 *       default 100
 *   <li>{@code force}: as of {@link Srs}; default {@code false}
 *   <li>{@code processor}: where mail goes that has only recipients with forged or expired tokens,
 *       with the attribute {@code delivery-error}; default {@code bounces}
 * </ul>
 *
 * <p>{@code forward}: a mail with several recipients becomes one for each. The copies enter the
 * processor from its begin: put the mailet first in it. A mail whose client had no right to relay
 * is not split, since copies count as the host's own mail.
 *
 * <p>{@code reverse} leaves the mail as it is, and sets {@value #RECIPIENTS}: a list of texts, the
 * addresses whose mail came back. Stock's {@code MailAttributesListToMimeHeaders} and {@code
 * HasMailAttribute} know what to do with it.
 */
public class Verp extends GenericMailet {
  /** The attribute in which those stand whose mail came back. */
  public static final String RECIPIENTS = "org.posthouse.verp.recipients";

  private static final Logger LOGGER = LoggerFactory.getLogger(Verp.class);
  private static final Set<String> PARAMETERS =
      Set.of(
          "mode",
          "address",
          "style",
          "secretFile",
          "delimiter",
          "maxAge",
          "maxRecipients",
          "force",
          "processor");
  private static final int MOST_RECIPIENTS = 10_000;
  private static final int LONGEST_AGE = 1000;

  private final FileSystem fileSystem;
  private final Clock clock;

  private @Nullable VariableReturnPath path;
  private boolean isReverse;
  private boolean force;
  private int maxRecipients;
  private ReturnRefusal refusal = new ReturnRefusal("VERP", new ProcessingState("bounces"));

  @Inject
  public Verp(FileSystem fileSystem) {
    this(fileSystem, Clock.systemUTC());
  }

  Verp(FileSystem fileSystem, Clock clock) {
    this.fileSystem = fileSystem;
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), PARAMETERS, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    parameters.required("mode");
    isReverse = parameters.oneOf("mode", "", Set.of("forward", "reverse")).equals("reverse");
    force = Boolean.parseBoolean(parameters.oneOf("force", "false", Set.of("true", "false")));
    maxRecipients = parameters.within("maxRecipients", 100, 1, MOST_RECIPIENTS);
    String processor = parameters.optional("processor").orElse("bounces");
    refusal = new ReturnRefusal("VERP", new ProcessingState(processor));
    path = path(parameters);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    VariableReturnPath ready = Objects.requireNonNull(path, "init");
    long today = LocalDate.now(clock.withZone(ZoneOffset.UTC)).toEpochDay();
    if (isReverse) {
      reverse(mail, ready, today);
    } else if (mail.hasSender()
        && new RecipientSplit(getMailetContext(), "Verp", maxRecipients).toOne(mail)) {
      forward(mail, ready, today);
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return isReverse ? List.of(refusal.processor()) : List.of();
  }

  @Override
  public String getMailetInfo() {
    return "Verp";
  }

  private VariableReturnPath path(Parameters parameters) throws MessagingException {
    Mailbox address = address(parameters);
    char delimiter = parameters.oneOf("delimiter", "+", Set.of("+", "-")).charAt(0);
    int maxAge = parameters.within("maxAge", 21, 1, LONGEST_AGE);
    if (parameters.oneOf("style", "signed", Set.of("signed", "plain")).equals("plain")) {
      return VariableReturnPath.plain(address, delimiter);
    }
    return VariableReturnPath.signed(
        address, delimiter, SecretsParameter.read(parameters, fileSystem), maxAge);
  }

  private static Mailbox address(Parameters parameters) throws MessagingException {
    String text = parameters.required("address", "refused@refused.invalid");
    try {
      return Envelope.mailbox(new MailAddress(text));
    } catch (AddressException e) {
      LOGGER.debug("<address> is no address", e);
      throw parameters.refusal("address", "is no address: '" + text + "'");
    }
  }

  private void forward(Mail mail, VariableReturnPath ready, long today) throws MessagingException {
    MailAddress recipient = mail.getRecipients().iterator().next();
    Mailbox sender = ready.forward(Envelope.mailbox(recipient), today);
    if (!force && !sender.isShortEnough()) {
      LOGGER.warn(
          "mailet Verp: the sender of mail {} stays: with its recipient it were too long",
          mail.getName());
      return;
    }
    Envelope.setSender(mail, Envelope.address(sender));
  }

  private void reverse(Mail mail, VariableReturnPath ready, long today) {
    List<AttributeValue<?>> found = new ArrayList<>();
    List<Reason> refused = new ArrayList<>();
    boolean hasOthers = false;
    for (MailAddress recipient : mail.getRecipients()) {
      Returned returned = ready.reverse(Envelope.mailbox(recipient), today);
      if (returned instanceof Returned.Original original) {
        found.add(AttributeValue.of(original.mailbox().toString()));
      } else if (returned instanceof Returned.Refused why) {
        refused.add(why.reason());
      } else {
        hasOthers = true;
      }
    }
    if (!found.isEmpty()) {
      mail.setAttribute(
          new Attribute(AttributeName.of(RECIPIENTS), AttributeValue.of(List.copyOf(found))));
    } else if (!refused.isEmpty() && !hasOthers) {
      refusal.refuse(mail, refused.get(0));
    }
  }
}
