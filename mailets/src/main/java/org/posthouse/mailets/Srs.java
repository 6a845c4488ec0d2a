/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.returnpath.Mailbox;
import org.posthouse.returnpath.Returned;
import org.posthouse.returnpath.Returned.Reason;
import org.posthouse.returnpath.SenderRewriting;
import org.posthouse.secret.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites envelope senders of mail that is passed on so that SPF of the next host is about this
 * one, and brings bounces back: the Sender Rewriting Scheme, as Mail::SRS, libsrs2 and PostSRSd
 * write and read it. Hosts that share a domain share the file of secrets.
 *
 * <pre>{@code
 * <mailet match="All" class="Srs">
 *   <mode>forward</mode>
 *   <domain>srs.example.com</domain>
 *   <secretFile>file://conf/srs.secret</secretFile>
 *   <ownDomains>example.com, .example.com</ownDomains>
 *   <maxAge>21</maxAge>
 *   <hashLength>4</hashLength>
 *   <separator>=</separator>
 *   <force>false</force>
 * </mailet>
 *
 * <mailet match="SrsAddress=srs.example.com" class="Srs">
 *   <mode>reverse</mode>
 *   <domain>srs.example.com</domain>
 *   <secretFile>file://conf/srs.secret</secretFile>
 *   <processor>denied</processor>
 * </mailet>
 * <mailet match="All" class="ToProcessor">
 *   <processor>delivery</processor>
 * </mailet>
 * }</pre>
 *
 * <p>The last two are a whole processor, which {@code <address processor="...">@srs.example.com} in
 * {@code senders.xml} names, or a ToProcessor behind {@code SrsAddress}.
 *
 * <ul>
 *   <li>{@code mode}: {@code forward} rewrites the sender, {@code reverse} turns recipients at the
 *       domain back; required
 *   <li>{@code domain}: the domain of rewritten addresses, whose mail comes here; required
 *   <li>{@code secretFile}: a file that others cannot read, with a secret of at least 16 characters
 *       on each line, of which the first signs and all verify; a {@code file://} URL, an absolute
 *       path, or a path under {@code conf}; required
 *   <li>{@code ownDomains}: senders of these domains stay, separated by commas; with a dot in front
 *       all domains below. Those of {@code domain} and the null sender always stay
 *   <li>{@code maxAge}: days that bounces may take, up to 1000; default 21
 *   <li>{@code hashLength}: characters of the hash, 4 to 8, and the fewest that are believed;
 *       default 4
 *   <li>{@code separator}: what stands behind SRS0, one of {@code =}, {@code +}, {@code -}; all are
 *       read; default {@code =}
 *   <li>{@code force}: {@code true} rewrites also where the local part becomes longer than the 64
 *       octets that every host must take (RFC 5321 section 4.5.3.1.1); else such a sender stays,
 *       with a warning; default {@code false}
 *   <li>{@code processor}: where mail to forged and expired addresses goes, with the attribute
 *       {@code delivery-error}. Its sender may be forged: it must not answer strangers; default
 *       {@code bounces}
 * </ul>
 *
 * <p>Behind {@code reverse} a mail may be relayed: that the address was made here proves that it
 * was asked for. It gets the attribute of the host's own mail, {@code
 * org.apache.james.SentByMailet}, and, when its client had no right to relay, the null sender, as
 * bounces have. What it says is a stranger's all the same: send it to where it is delivered without
 * a signature of DKIM. Recipients that are no good addresses of the domain are parted first, by a
 * copy that enters the same processor from its begin: put the mailet first in it.
 */
public class Srs extends GenericMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(Srs.class);
  private static final Set<String> PARAMETERS =
      Set.of(
          "mode",
          "domain",
          "secretFile",
          "ownDomains",
          "maxAge",
          "hashLength",
          "separator",
          "force",
          "processor");
  private static final int LONGEST_AGE = 1000;
  private static final int SHORTEST_HASH = 4;
  private static final int LONGEST_HASH = 8;

  private final FileSystem fileSystem;
  private final Clock clock;

  private @Nullable SenderRewriting rewriting;
  private boolean isReverse;
  private boolean force;
  private DomainList ownDomains = DomainList.parse("");
  private ReturnRefusal refusal = new ReturnRefusal("SRS", new ProcessingState("bounces"));

  @Inject
  public Srs(FileSystem fileSystem) {
    this(fileSystem, Clock.systemUTC());
  }

  Srs(FileSystem fileSystem, Clock clock) {
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
    ownDomains = DomainList.parse(parameters.optional("ownDomains").orElse(""));
    String processor = parameters.optional("processor").orElse("bounces");
    refusal = new ReturnRefusal("SRS", new ProcessingState(processor));
    String domain = parameters.name("domain");
    char separator = parameters.oneOf("separator", "=", Set.of("=", "+", "-")).charAt(0);
    int hashLength = parameters.within("hashLength", 4, SHORTEST_HASH, LONGEST_HASH);
    int maxAge = parameters.within("maxAge", 21, 1, LONGEST_AGE);
    Secrets secrets = SecretsParameter.read(parameters, fileSystem);
    rewriting = new SenderRewriting(domain, secrets, separator, hashLength, maxAge);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    SenderRewriting ready = Objects.requireNonNull(rewriting, "init");
    long today = LocalDate.now(clock.withZone(ZoneOffset.UTC)).toEpochDay();
    if (isReverse) {
      reverse(mail, ready, today);
    } else {
      forward(mail, ready, today);
    }
  }

  @Override
  public Collection<ProcessingState> requiredProcessingState() {
    return isReverse ? List.of(refusal.processor()) : List.of();
  }

  @Override
  public String getMailetInfo() {
    return "Srs";
  }

  private void forward(Mail mail, SenderRewriting ready, long today) throws MessagingException {
    Optional<MailAddress> sender = mail.getMaybeSender().asOptional();
    if (sender.isEmpty() || ownDomains.contains(sender.get().getDomain().asString())) {
      return;
    }
    Optional<Mailbox> rewritten = ready.forward(Envelope.mailbox(sender.get()), today);
    if (rewritten.isEmpty()) {
      return;
    }
    if (!force && !rewritten.get().isShortEnough()) {
      LOGGER.warn(
          "mailet Srs: the sender of mail {} stays: rewritten it were too long", mail.getName());
      return;
    }
    Envelope.setSender(mail, Envelope.address(rewritten.get()));
  }

  private void reverse(Mail mail, SenderRewriting ready, long today) throws MessagingException {
    Map<MailAddress, MailAddress> originals = new LinkedHashMap<>();
    List<Reason> refused = new ArrayList<>();
    Set<MailAddress> recipients = new LinkedHashSet<>(mail.getRecipients());
    for (MailAddress recipient : recipients) {
      Returned returned = ready.reverse(Envelope.mailbox(recipient), today);
      if (returned instanceof Returned.Refused why) {
        refused.add(why.reason());
      } else if (returned instanceof Returned.Original original) {
        try {
          originals.put(recipient, Envelope.address(original.mailbox()));
        } catch (AddressException e) {
          refused.add(Reason.MALFORMED);
        }
      }
    }
    settle(mail, recipients.size(), originals, refused);
  }

  private void settle(
      Mail mail, int recipients, Map<MailAddress, MailAddress> originals, List<Reason> refused)
      throws MessagingException {
    if (originals.size() == recipients) {
      turnBack(mail, originals);
      return;
    }
    if (!originals.isEmpty()) {
      part(mail, originals.keySet());
    }
    if (originals.size() + refused.size() == recipients) {
      refusal.refuse(mail, refused.get(0));
    } else if (!refused.isEmpty()) {
      LOGGER.warn(
          "mailet Srs: mail {} has other recipients beside SRS addresses that are refused: they"
              + " stay as they are; match SrsAddress",
          mail.getName());
    }
  }

  private static void turnBack(Mail mail, Map<MailAddress, MailAddress> originals)
      throws MessagingException {
    if (originals.isEmpty()) {
      return;
    }
    if (mail.hasSender() && !RelayRights.mayRelay(mail)) {
      Envelope.setSender(mail, null);
    }
    Envelope.replaceRecipients(mail, originals);
    mail.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
  }

  /** The good ones leave: only they may be the host's own mail, which sendMail makes of a copy. */
  private void part(Mail mail, Set<MailAddress> good) throws MessagingException {
    Mail copy = mail.duplicate();
    try {
      copy.setRecipients(List.copyOf(good));
      if (mail.hasSender() && !RelayRights.mayRelay(mail)) {
        Envelope.setSender(copy, null);
      }
      getMailetContext().sendMail(copy, Objects.requireNonNullElse(mail.getState(), Mail.DEFAULT));
    } finally {
      LifecycleUtil.dispose(copy);
    }
    mail.setRecipients(mail.getRecipients().stream().filter(each -> !good.contains(each)).toList());
  }
}
