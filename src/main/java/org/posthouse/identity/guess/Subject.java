/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import org.posthouse.identity.LoginName;

/**
 * What failures are counted of.
 *
 * @param of an address, a network such as {@code 192.0.2.0/24}, a login, or a login and an address
 *     or network with a comma in between
 */
public record Subject(Scope scope, String of) {
  /** Whether it is meant by that name, as a whole; a login means its places too. */
  boolean isOf(String who) {
    String login = LoginName.normal(who);
    return of.equals(who.strip())
        || of.equals(login)
        || (scope == Scope.PLACE && login().equals(login));
  }

  /** The login of a place; it may hold commas itself, what follows it has none. */
  String login() {
    return of.substring(0, Math.max(0, of.lastIndexOf(',')));
  }
}
