/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.posthouse.identity.rights.Decision.Outcome;

/** What a rule says of a header. What cannot be read without doubt is refused, whatever it says. */
record HeaderDecision(Rule rule, Grant grant, OwnAddresses own) {
  Decision of(Originators header) {
    if (header.ambiguity().isPresent()) {
      return grant.refused(Replies.badHeader(header.ambiguity().get()));
    }
    if (header.from().size() > 1 && header.sender().isEmpty()) {
      return grant.refused(
          Replies.badHeader("several addresses in From need a Sender (RFC 5322 3.6.2)"));
    }
    // An address that is only marked must not keep a name from being refused, or marked.
    List<Decision> found = new ArrayList<>();
    checked(header)
        .forEach(
            (field, mailboxes) ->
                mailboxes.forEach(mailbox -> unallowed(field, mailbox).ifPresent(found::add)));
    Optional<Decision> name =
        header.from().stream().filter(DisplayNames::mislead).findFirst().flatMap(this::misleading);
    return Stream.concat(found.stream(), name.stream())
        .filter(decision -> !decision.goesOn())
        .findFirst()
        .or(() -> found.stream().findFirst().map(first -> name.map(first::and).orElse(first)))
        .or(() -> name)
        .orElseGet(() -> grant.allowed("header allowed"));
  }

  private Map<String, List<Mailbox>> checked(Originators header) {
    Map<String, List<Mailbox>> fields = new LinkedHashMap<>();
    fields.put("From", header.from());
    if (rule.alsoCheck().contains("sender") || header.from().size() > 1) {
      fields.put("Sender", header.sender());
    }
    if (rule.alsoCheck().contains("reply-to")) {
      fields.put("Reply-To", header.others().getOrDefault("reply-to", List.of()));
    }
    return fields;
  }

  private Optional<Decision> unallowed(String field, Mailbox mailbox) {
    if (rule.from().any()) {
      return Optional.empty();
    }
    Optional<Address> address = Address.parse(mailbox.address());
    if (address.isEmpty()) {
      return Optional.of(
          grant.refused(Replies.badHeader("an address of " + field + " cannot be read")));
    }
    return own.allow(rule.from(), address.get())
        ? Optional.empty()
        : Optional.of(grant.unallowed(rule, field, mailbox.address()));
  }

  private Optional<Decision> misleading(Mailbox mailbox) {
    String reason = "the name in From reads like another address";
    return switch (rule.displayNames().kind()) {
      case ANY -> Optional.empty();
      case REFUSE -> Optional.of(grant.refused(Replies.denied("Message refused: " + reason)));
      case MARK ->
          Optional.of(
              new Decision(
                  Outcome.MARKED, grant.rule(), reason, null, rule.displayNames().header()));
    };
  }
}
