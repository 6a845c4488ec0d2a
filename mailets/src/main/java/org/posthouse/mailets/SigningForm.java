/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.Canonicalization;
import org.posthouse.dkim.DomainName;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;

/**
 * What the parameters of DkimSign say of every signature, whatever its key.
 *
 * @param lifetime from the signing to x=; null for no x=
 * @param identityOfFrom whether i= names the domain of From
 */
record SigningForm(
    Canonicalization header,
    Canonicalization body,
    HeaderSelection fields,
    @Nullable Duration lifetime,
    boolean timestamp,
    boolean identityOfFrom) {
  static final Set<String> PARAMETERS =
      Set.of("canonicalization", "headers", "oversign", "expires", "timestamp", "identity");

  static SigningForm read(Parameters parameters) throws MessagingException {
    String[] forms =
        parameters.optional("canonicalization").orElse("relaxed/relaxed").split("/", -1);
    if (forms.length != 2) {
      throw wrong("canonicalization", "two of simple and relaxed, as in relaxed/relaxed");
    }
    Optional<String> expires = parameters.optional("expires");
    Duration lifetime =
        expires.isEmpty() ? null : SpanOfTime.parse("mailet DkimSign: <expires>", expires.get());
    return new SigningForm(
        form(forms[0]),
        form(forms[1]),
        fields(parameters),
        lifetime,
        choice(parameters, "timestamp", "true", "false"),
        choice(parameters, "identity", "from", "none"));
  }

  /**
   * Of one key.
   *
   * @param from the domain of From, if there is one
   */
  SignatureTerms terms(SigningDomain domain, TableKey key, Optional<String> from) {
    boolean named =
        identityOfFrom && from.isPresent() && DomainName.isWithin(from.get(), domain.signs());
    return new SignatureTerms(
        domain.signs(),
        key.selector(),
        key.key(),
        named ? "@" + from.orElse("") : null,
        header,
        body,
        fields,
        timestamp,
        lifetime);
  }

  private static HeaderSelection fields(Parameters parameters) throws MessagingException {
    String headers = parameters.optional("headers").orElse("default");
    String names = headers.equals("default") ? HeaderSelection.DEFAULT : headers;
    String oversign = parameters.optional("oversign").orElse("default");
    HeaderSelection signed = selection("headers", names, "");
    return switch (oversign) {
      case "default" -> HeaderSelection.oversigned(names);
      case "none" -> signed;
      default -> selection("oversign", names, "From, " + oversign);
    };
  }

  private static HeaderSelection selection(String parameter, String names, String oversigned)
      throws MessagingException {
    try {
      return HeaderSelection.selected(names, oversigned);
    } catch (IllegalArgumentException e) {
      throw new MessagingException("mailet DkimSign: <" + parameter + ">: " + e.getMessage(), e);
    }
  }

  private static Canonicalization form(String word) throws MessagingException {
    return switch (word.strip()) {
      case "simple" -> Canonicalization.SIMPLE;
      case "relaxed" -> Canonicalization.RELAXED;
      default ->
          throw wrong("canonicalization", "two of simple and relaxed, not '" + word.strip() + "'");
    };
  }

  /** The first of two words; without the parameter the default, which is true and none. */
  private static boolean choice(Parameters parameters, String name, String yes, String no)
      throws MessagingException {
    String value = parameters.optional(name).orElse(name.equals("timestamp") ? yes : no);
    if (!value.equals(yes) && !value.equals(no)) {
      throw wrong(name, "'" + yes + "' or '" + no + "', not '" + value + "'");
    }
    return value.equals(yes);
  }

  private static MessagingException wrong(String name, String text) {
    return new MessagingException("mailet DkimSign: <" + name + "> is " + text);
  }
}
