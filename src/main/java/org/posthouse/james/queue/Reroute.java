/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.List;
import java.util.Optional;
import org.posthouse.delivery.config.RouteQuery;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;

/**
 * Mail that an operator has sent another way; its entry says so where others name their delivery.
 */
final class Reroute {
  private static final String PREFIX = "rerouted:";

  private Reroute() {}

  /** Names the host, and behind it the delivery whose terms go on. */
  static String profile(Smarthost to, String before) {
    return PREFIX + to.port() + ":" + to.host() + " " + identity(before);
  }

  static Optional<Smarthost> of(String profile) {
    if (!profile.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String host = profile.substring(PREFIX.length(), profile.indexOf(' '));
    int colon = host.indexOf(':');
    return Optional.of(
        new Smarthost(host.substring(colon + 1), Integer.parseInt(host.substring(0, colon))));
  }

  /** The delivery that an entry names, or did before it was rerouted. */
  static String identity(String profile) {
    return profile.startsWith(PREFIX) ? profile.substring(profile.indexOf(' ') + 1) : profile;
  }

  /** With the settings that the host would have as one of the recipients' domain. */
  static Passage passage(Smarthost to, DeliveryTerms terms, RouteQuery query) {
    Passage own = terms.passage(query);
    Passage.Way way = own.way();
    if (way == null) {
      return own;
    }
    NextHop next = new NextHop("", List.of(to), false);
    return Passage.by(
        new Passage.Way(next, hosts -> way.settings().apply(hosts).withoutLogin(), null),
        "rerouted to " + to);
  }
}
