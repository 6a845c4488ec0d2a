/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What must all hold for a route to be taken; an empty part always holds.
 *
 * @param logins in lower case
 */
record Conditions(
    List<DomainPattern> recipientDomains,
    List<DomainPattern> senderDomains,
    Set<String> logins,
    Optional<Attribute> attribute) {
  /** A mail attribute with that text for a value. */
  record Attribute(String name, String value) {
    /**
     * Reads {@code name=value}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    static Attribute parse(String text) {
      int sign = text.indexOf('=');
      if (sign < 1 || sign == text.length() - 1) {
        throw new IllegalArgumentException("'" + text + "' is not of the form name=value");
      }
      return new Attribute(text.substring(0, sign).trim(), text.substring(sign + 1).trim());
    }
  }

  /** Whether they ask for more than domains. */
  boolean lookAtContent() {
    return !logins.isEmpty() || attribute.isPresent();
  }

  boolean hold(RouteQuery query) {
    String login = query.login();
    return matches(recipientDomains, query.recipientDomain())
        && matches(senderDomains, query.senderDomain())
        && (logins.isEmpty() || (login != null && logins.contains(login.toLowerCase(Locale.ROOT))))
        && attribute
            .map(a -> query.attribute().apply(a.name()).filter(a.value()::equals).isPresent())
            .orElse(true);
  }

  /** Whether they hold for all mail to domains of a pattern. */
  boolean alwaysHoldFor(DomainPattern domains) {
    return cover(new Conditions(List.of(domains), List.of(), Set.of(), Optional.empty()));
  }

  private static boolean matches(List<DomainPattern> patterns, String domain) {
    return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(domain));
  }

  /** Whether they hold for all mail. */
  boolean alwaysHold() {
    return cover(new Conditions(List.of(), List.of(), Set.of(), Optional.empty()));
  }

  /** Whether these hold whenever others do, so that a later route with those is never taken. */
  boolean cover(Conditions others) {
    return covers(recipientDomains, others.recipientDomains)
        && covers(senderDomains, others.senderDomains)
        && (logins.isEmpty() || (!others.logins.isEmpty() && logins.containsAll(others.logins)))
        && (attribute.isEmpty() || attribute.equals(others.attribute));
  }

  private static boolean covers(List<DomainPattern> ours, List<DomainPattern> others) {
    return ours.isEmpty()
        || (!others.isEmpty()
            && others.stream().allMatch(other -> ours.stream().anyMatch(one -> one.covers(other))));
  }
}
