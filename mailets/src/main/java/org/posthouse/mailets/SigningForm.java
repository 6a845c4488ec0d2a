/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.base.Splitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final String CANONICALIZATION = "canonicalization";
  private static final String EXPIRES = "expires";

  /** The word that stands for the usual names. */
  private static final Pattern AMONG_OTHERS = Pattern.compile("(?<=^|,)\\s*default\\s*(?=,|$)");

  static final Set<String> PARAMETERS =
      Set.of(CANONICALIZATION, "headers", "oversign", EXPIRES, "timestamp", "identity");

  static SigningForm read(Parameters parameters) throws MessagingException {
    String[] forms = parameters.optional(CANONICALIZATION).orElse("relaxed/relaxed").split("/", -1);
    if (forms.length != 2) {
      throw parameters.refusal(
          CANONICALIZATION, "is two of simple and relaxed, as in relaxed/relaxed");
    }
    return new SigningForm(
        form(parameters, forms[0]),
        form(parameters, forms[1]),
        fields(parameters),
        parameters.optional(EXPIRES).isPresent() ? parameters.span(EXPIRES, "") : null,
        parameters.flag("timestamp", true),
        parameters.oneOf("identity", "none", Set.of("from", "none")).equals("from"));
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
    String names =
        AMONG_OTHERS
            .matcher(parameters.optional("headers").orElse("default"))
            .replaceAll(HeaderSelection.DEFAULT);
    String oversign =
        parameters
            .optional("oversign")
            .filter(each -> !each.equals("default"))
            .map(each -> AMONG_OTHERS.matcher(each).replaceAll(Matcher.quoteReplacement(names)))
            .orElse("default");
    requireNames(parameters, "headers", names);
    requireNames(parameters, "oversign", oversign);
    return switch (oversign) {
      case "default" -> HeaderSelection.oversigned(names);
      case "none" -> HeaderSelection.selected(names, "");
      default -> HeaderSelection.selected(names, "From, " + oversign);
    };
  }

  /** Refuses all that cannot be signed at once, as it is written. */
  private static void requireNames(Parameters parameters, String parameter, String names)
      throws MessagingException {
    List<String> wrong = new ArrayList<>();
    for (String name : Splitter.on(',').trimResults().omitEmptyStrings().split(names)) {
      if (!HeaderSelection.isName(name)) {
        wrong.add("'" + name + "' is no name of a header field");
      } else if (name.equalsIgnoreCase("DKIM-Signature")) {
        wrong.add("'" + name + "' cannot be signed"); // its own would be (RFC 6376 section 3.5, h=)
      }
    }
    if (!wrong.isEmpty()) {
      throw parameters.refusal(parameter, "is wrong: " + String.join("; ", wrong));
    }
  }

  private static Canonicalization form(Parameters parameters, String word)
      throws MessagingException {
    return switch (word.strip()) {
      case "simple" -> Canonicalization.SIMPLE;
      case "relaxed" -> Canonicalization.RELAXED;
      default ->
          throw parameters.refusal(
              CANONICALIZATION, "is two of simple and relaxed, not '" + word.strip() + "'");
    };
  }
}
