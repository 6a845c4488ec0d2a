/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dkim.KeyLookup;
import org.posthouse.dkim.SignatureField;
import org.posthouse.dkim.SignatureKind;
import org.posthouse.dmarc.AuthorDomains;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;

/** Asks for the keys that may vouch for the author before all others. */
final class NearestKeys {
  /** Two domains of one organization have at least so many labels in common. */
  private static final int LEAST_LABELS = 2;

  private NearestKeys() {}

  /** Asks, so that the answers are known when the signatures are checked. */
  static void ask(Dns dns, AuthorDomains authors, List<HeaderField> fields) {
    KeyLookup keys = new KeyLookup(dns);
    fields.stream()
        .filter(field -> field.is("DKIM-Signature"))
        .limit(DkimVerifier.MAX_SIGNATURES)
        .map(field -> SignatureField.read(field, SignatureKind.DKIM))
        .flatMap(Optional::stream)
        .filter(signature -> !signature.domain().isEmpty() && !signature.selector().isEmpty())
        .filter(signature -> nearness(signature, authors) >= LEAST_LABELS)
        .sorted(Comparator.comparingInt(signature -> -nearness(signature, authors)))
        .forEach(signature -> keys.find(signature.domain(), signature.selector()));
  }

  private static int nearness(SignatureField signature, AuthorDomains authors) {
    return authors.domains().stream()
        .mapToInt(author -> commonLabels(author, signature.domain()))
        .max()
        .orElse(0);
  }

  private static int commonLabels(String one, String other) {
    String left = "." + one;
    String right = "." + other;
    int labels = 0;
    for (int i = 1; i <= Math.min(left.length(), right.length()); i++) {
      char c = left.charAt(left.length() - i);
      if (c != right.charAt(right.length() - i)) {
        break;
      }
      labels += c == '.' ? 1 : 0;
    }
    return labels;
  }
}
