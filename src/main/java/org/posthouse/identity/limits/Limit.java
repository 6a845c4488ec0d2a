/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.util.List;

/**
 * One {@code limit} of limits.xml.
 *
 * @param sessions at a time; 0 is no bound, as in those that follow
 * @param recipients of one mail
 * @param size of a message, in octets
 */
record Limit(
    String name,
    Scope scope,
    Audience audience,
    List<Rate> rates,
    int sessions,
    int recipients,
    long size,
    Consequence consequence) {
  Limit {
    rates = List.copyOf(rates);
  }

  /** Whose mail this counts together; empty when not that of this submitter. */
  List<String> keys(Submitter who, String senderDomain) {
    if (!audience.has(who)) {
      return List.of();
    }
    return switch (scope) {
      case IDENTITY -> who.identity().map(known -> List.of(known.name())).orElse(List.of());
      case GROUP -> audience.groups(who);
      case SENDER_DOMAIN ->
          senderDomain.isEmpty() || !audience.has(senderDomain) ? List.of() : List.of(senderDomain);
      case NETWORK -> List.of(audience.network(who));
      case ALL -> List.of("all");
      case RECIPIENT_DOMAIN -> List.of();
    };
  }
}
