/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.arc.AddedSets;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcStatus;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.StrayLine;
import org.posthouse.signing.KnownKeys;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.Validity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals a message that is passed on (RFC 8617): three header lines on top tell the next host what
 * {@link CheckAuthentication} found as the message came, whatever has become of its signatures
 * here. The other header lines and the body stay byte for byte.
 *
 * <p>Place it after everything else that changes the message, DkimSign too (RFC 8617 section 5.1,
 * step 1), and {@link CheckAuthentication} at the begin of the chain, with the same name. Mail that
 * was not checked there is passed on unsealed, for nothing can be said of it.
 *
 * <p>A chain that was found broken is sealed once, as failed, by a seal over the new set alone (RFC
 * 8617 section 5.1.2). After that it is over: a message whose last seal says {@code cv=fail}, from
 * whomever it is, is passed on unsealed (section 5.1, step 2), and so is one that has 50 sets
 * (section 4.2.1), or whose chain could not be judged because the DNS gave no answer; and one with
 * a line in its header that is no field (RFC 5322 section 2.2).
 *
 * <p>A message may come by once more before it leaves: one that RemoteDelivery has converted to 7
 * bits, or that CheckAlignment or DkimSign has let wait. A set that was put on it here, and that
 * still holds, is not sealed again; one that something has broken since is taken off, and the
 * message is sealed anew, with what was found of the chain below as it came. Sets that came with
 * the message stay, be they of the same key.
 *
 * <pre>{@code
 * <mailet match="All" class="ArcSeal">
 *   <domain>example.com</domain>
 *   <selector>arc</selector>
 *   <keyFile>file://conf/dkim/arc.key</keyFile>
 *   <authservId>mx.example.com</authservId>
 *   <headers>From, To, Subject, Date</headers>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code domain}: the sealing domain (d=); required
 *   <li>{@code selector}: the selector (s=) under {@code _domainkey} of that domain; required
 *   <li>{@code keyFile}: a private key in PEM, not encrypted: RSA in PKCS#8 or PKCS#1, or Ed25519,
 *       which few verify; a {@code file://} URL as elsewhere in James, an absolute path, or a path
 *       under {@code conf}; required
 *   <li>{@code authservId}: the name whose Authentication-Results are told, that of
 *       CheckAuthentication; default: the name of this host
 *   <li>{@code headers}: fields that the message signature covers, separated by commas, each once
 *       more than it occurs. From is always covered, and so is each DKIM-Signature as it is;
 *       ARC-Seal and Authentication-Results are refused (RFC 8617 section 4.1.2). Default: those of
 *       DkimSign
 * </ul>
 */
public class ArcSeal extends GenericMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(ArcSeal.class);

  /** Of the set that this host has put on the mail, its instance: sets from there on are ours. */
  private static final AttributeName SEALED = AttributeName.of("org.posthouse.arc.sealed");

  private static final String DOMAIN = "domain";
  private static final String SELECTOR = "selector";
  private static final String AUTHSERV_ID = "authservId";
  private static final String HEADERS = "headers";
  private static final Set<String> KNOWN =
      Set.of(DOMAIN, SELECTOR, KeyFile.PARAMETER, AUTHSERV_ID, HEADERS);
  private static final Set<String> NEVER_COVERED = Set.of("arc-seal", "authentication-results");

  private final FileSystem fileSystem;
  private final Clock clock;
  private @Nullable SignatureTerms terms;
  private @Nullable Dns ownKey;
  private String authservId = "";

  @Inject
  public ArcSeal(FileSystem fileSystem) {
    this(fileSystem, Clock.systemUTC());
  }

  ArcSeal(FileSystem fileSystem, Clock clock) {
    this.fileSystem = fileSystem;
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), KNOWN, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    String domain = parameters.name(DOMAIN);
    String selector = parameters.name(SELECTOR);
    if (selector.contains("_domainkey")) {
      throw parameters.refusal(SELECTOR, "is what stands before ._domainkey." + domain);
    }
    authservId =
        parameters.optional(AUTHSERV_ID).isPresent()
            ? parameters.name(AUTHSERV_ID)
            : HostName.get();
    HeaderSelection fields = fields(parameters);
    TableKey key =
        KeyFile.read(
            parameters,
            fileSystem,
            (file, read) -> TableKey.of(selector, file, Validity.ALWAYS, read));
    ownKey = KnownKeys.of(domain, List.of(key));
    try {
      terms = SignatureTerms.of(domain, selector, key.key()).withFields(fields);
    } catch (IllegalArgumentException e) {
      throw parameters.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static HeaderSelection fields(Parameters parameters) throws MessagingException {
    HeaderSelection fields;
    try {
      fields =
          HeaderSelection.oversigned(parameters.optional(HEADERS).orElse(HeaderSelection.DEFAULT));
    } catch (IllegalArgumentException e) {
      throw parameters.refusal(HEADERS, "is wrong: " + e.getMessage());
    }
    for (String name : fields.names()) {
      if (NEVER_COVERED.contains(name)) {
        throw parameters.refusal(HEADERS, "may not name " + name + ": others change it");
      }
    }
    return withoutSignatures(fields);
  }

  private static HeaderSelection withoutSignatures(HeaderSelection fields) {
    List<String> names =
        fields.names().stream()
            .filter(name -> !name.equals(MessageSealing.DKIM_SIGNATURE))
            .toList();
    return new HeaderSelection(names, Set.copyOf(names), false);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    Optional<ArcStatus> status = received(mail);
    if (status.isEmpty() || terms == null || ownKey == null) {
      LOGGER.debug("Mail {} was not checked for ARC: it is not sealed", mail.getName());
      return;
    }
    RawHeaders headers = RawHeaders.of(mail.getMessage());
    Optional<StrayLine> stray = StrayLine.in(headers.fields());
    if (stray.isPresent()) {
      LOGGER.warn("Mail {} is not sealed: {}", mail.getName(), stray.get());
      return;
    }
    ArcResult chain = ArcResult.validated(headers.fields(), status.get());
    if (chain.isMarkedFailed()) {
      return;
    }
    AddedSets added = added(mail);
    ArcStatus below = added.received(chain).orElse(status.get());
    MessageSealing sealing = new MessageSealing(terms, authservId, below, added, ownKey, clock);
    List<String> lines = sealing.lines(mail.getMessage());
    if (sealing.holds()) {
      return;
    }
    HeaderEdit edit = new HeaderEdit(headers.fields());
    edit.forEach(field -> Optional.of(field).filter(each -> !added.has(each)));
    edit.prepend(lines);
    if (edit.isChanged()) {
      headers.setFields(edit.fields());
    }
    if (lines.isEmpty()) {
      LOGGER.warn(
          "Mail {} is not sealed: it has no Authentication-Results of {}, or 50 sets",
          mail.getName(),
          authservId);
    } else {
      mail.setAttribute(new Attribute(SEALED, AttributeValue.of(sealing.instance())));
    }
  }

  private static AddedSets added(Mail mail) {
    return AttributeUtils.getValueAndCastFromMail(mail, SEALED, Integer.class)
        .map(AddedSets::from)
        .orElseGet(AddedSets::none);
  }

  /** Empty where the chain was not judged. */
  private static Optional<ArcStatus> received(Mail mail) {
    String word =
        mail.getAttribute(AuthenticationAttributes.ARC)
            .map(attribute -> String.valueOf((Object) attribute.getValue().value()))
            .orElse("");
    return ArcStatus.of(word.toLowerCase(Locale.ROOT));
  }

  @Override
  public String getMailetInfo() {
    return "ArcSeal";
  }
}
