/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcStatus;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.SignatureFactory;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.SigningKey;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;
import org.posthouse.message.StrayLine;
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
    SigningKey key =
        KeyFile.read(
            parameters, fileSystem, (file, read) -> SigningKey.of(read, SignatureFactory.OF_JDK));
    try {
      terms = SignatureTerms.of(domain, selector, key).withFields(fields);
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
    SignatureTerms read = terms;
    if (status.isEmpty() || read == null) {
      LOGGER.debug("Mail {} was not checked for ARC: it is not sealed", mail.getName());
      return;
    }
    MimeMessage message = mail.getMessage();
    List<HeaderField> fields = RawHeaders.of(message).fields();
    Optional<StrayLine> stray = StrayLine.in(fields);
    if (stray.isPresent()) {
      LOGGER.warn("Mail {} is not sealed: {}", mail.getName(), stray.get());
      return;
    }
    if (ArcResult.validated(fields, status.get()).isMarkedFailed()) {
      return;
    }
    List<String> lines = new MessageSealing(read, authservId, status.get(), clock).lines(message);
    if (lines.isEmpty()) {
      LOGGER.warn(
          "Mail {} is not sealed: it has no Authentication-Results of {}, or 50 sets",
          mail.getName(),
          authservId);
    } else {
      TopHeader.put(message, lines);
    }
  }

  /** Empty where the chain was not judged. */
  private static Optional<ArcStatus> received(Mail mail) {
    String word =
        mail.getAttribute(AuthenticationAttributes.ARC)
            .map(attribute -> String.valueOf((Object) attribute.getValue().value()))
            .orElse("");
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "none" -> Optional.of(ArcStatus.NONE);
      case "pass" -> Optional.of(ArcStatus.PASS);
      case "fail" -> Optional.of(ArcStatus.FAIL);
      default -> Optional.empty();
    };
  }

  @Override
  public String getMailetInfo() {
    return "ArcSeal";
  }
}
