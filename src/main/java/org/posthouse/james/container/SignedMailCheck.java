/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.james.container.ConfiguredProcessor.ConfiguredMailet;

/** Warns of mailets that change a message after it was signed, and break the signature. */
final class SignedMailCheck {
  private static final Set<String> SIGNERS = Set.of("DkimSign", "DKIMSign");

  /** Of stock and ours, those that write into what may be signed, or send it on changed. */
  private static final Set<String> CHANGERS =
      Set.of(
          "AddDeliveredToHeader",
          "AddFooter",
          "AddHabeasWarrantMark",
          "AddMissing",
          "AddSubjectPrefix",
          "ClassifyBounce",
          "ConvertTo7Bit",
          "Expires",
          "HeadersToHTTP",
          "HideInternalHops",
          "ListUnsubscribe",
          "MailAttributesListToMimeHeaders",
          "MailAttributesToMimeHeaders",
          "MimeDecodingMailet",
          "OnlyText",
          "RecoverAttachment",
          "Redirect",
          "RemoveMimeHeader",
          "RemoveMimeHeaderByPrefix",
          "ReplaceContent",
          "Resend",
          "RewriteHeaders",
          "SMIMECheckSignature",
          "SMIMEDecrypt",
          "SMIMESign",
          "SPF",
          "SerialiseToHTTP",
          "SetMimeHeader",
          "StripAttachment",
          "ToPlainText",
          "UnwrapText",
          "WrapText");

  /** The tables of RewriteAddresses and the parameters of their classes. */
  private static final Map<String, String> TABLES =
      Map.of(
          "senderCanonical", "senderCanonicalClasses",
          "recipientCanonical", "recipientCanonicalClasses",
          "canonical", "canonicalClasses",
          "masqueradeDomains", "masqueradeClasses",
          "generic", "genericClasses");

  /** What says which fields are signed, of DkimSign and of stock's DKIMSign. */
  private static final List<String> SIGNED_FIELDS =
      List.of("headers", "oversign", "signatureTemplate");

  private final Findings findings;
  private final Function<String, Optional<String>> types;
  private final Map<String, ConfiguredProcessor> chains = new HashMap<>();

  /**
   * A check of chains.
   *
   * @param types gives the full name of the class that a name means, where there is one
   */
  SignedMailCheck(
      Findings findings,
      List<ConfiguredProcessor> chains,
      Function<String, Optional<String>> types) {
    this.findings = findings;
    this.types = types;
    chains.forEach(chain -> this.chains.put(chain.name(), chain));
  }

  /** Follows the mail from each mailet that signs. */
  void check() {
    for (ConfiguredProcessor chain : chains.values()) {
      for (int i = 0; i < chain.mailets().size(); i++) {
        if (SIGNERS.contains(chain.mailets().get(i).simpleName())) {
          follow(chain, i + 1, chain.mailets().get(i), new HashSet<>());
        }
      }
    }
  }

  private void follow(
      ConfiguredProcessor chain, int first, ConfiguredMailet signer, Set<String> seen) {
    for (ConfiguredMailet mailet : chain.mailets().subList(first, chain.mailets().size())) {
      if (isForeign(mailet)) {
        findings.warning(
            mailet.place(),
            "it is not known whether it changes the message; if it does, put it before "
                + signer.place()
                + ", whose signature it breaks");
      } else if (mayChange(mailet)) {
        findings.warning(
            mailet.place(),
            "it may break the signature that " + signer.place() + " has made: put it before");
      } else if (marksSignedField(mailet, signer)) {
        findings.warning(
            mailet.place(),
            "its <header> breaks the signature that "
                + signer.place()
                + " has made, which covers fields of that name: choose another");
      }
      ConfiguredProcessor next = mailet.simpleName().equals("ToProcessor") ? target(mailet) : null;
      if (next != null && seen.add(next.name())) {
        follow(next, 0, signer, seen);
      }
      if (next != null && mailet.matchers().equals(List.of("All"))) {
        return;
      }
    }
  }

  /** Neither stock's nor ours; a name without a class is an error of its own. */
  private boolean isForeign(ConfiguredMailet mailet) {
    return types
        .apply(mailet.className())
        .filter(type -> !type.startsWith("org.apache.james."))
        .filter(type -> !type.startsWith("org.posthouse."))
        .isPresent();
  }

  private static boolean mayChange(ConfiguredMailet mailet) {
    return mailet.simpleName().equals("RewriteAddresses")
        ? TABLES.keySet().stream().anyMatch(table -> rewritesHeader(mailet, table))
        : CHANGERS.contains(mailet.simpleName());
  }

  /** By default all tables are for header fields too. */
  private static boolean rewritesHeader(ConfiguredMailet mailet, String table) {
    String classes = mailet.parameter(TABLES.getOrDefault(table, ""));
    return mailet.parameter(table) != null
        && (classes == null || classes.isBlank() || classes.contains("header_"));
  }

  /** CheckAlignment stands behind the signature; a field that nobody signs does no harm to it. */
  private static boolean marksSignedField(ConfiguredMailet mailet, ConfiguredMailet signer) {
    String header = mailet.parameter("header");
    return mailet.simpleName().equals("CheckAlignment")
        && header != null
        && Stream.concat(
                SIGNED_FIELDS.stream().map(signer::parameter).filter(Objects::nonNull),
                Stream.of(HeaderSelection.DEFAULT))
            .flatMap(fields -> Stream.of(fields.split("[\\s,;:=]+", -1)))
            .anyMatch(header.trim()::equalsIgnoreCase);
  }

  private @Nullable ConfiguredProcessor target(ConfiguredMailet mailet) {
    String name = mailet.parameter("processor");
    return name == null ? null : chains.get(name.trim());
  }
}
