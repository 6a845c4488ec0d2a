/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.List;

/**
 * A site at a moment.
 *
 * @param hosts by name
 * @param waiting mails in its line
 * @param attempts under way
 * @param connections open or being opened
 * @param window how many there may be
 * @param oldestMillis how long the first in line has waited
 * @param next what the first in line waits for
 */
public record SiteState(
    Place place,
    List<String> hosts,
    int waiting,
    int attempts,
    int connections,
    int window,
    long oldestMillis,
    Wait next) {
  public SiteState {
    hosts = List.copyOf(hosts);
  }
}
