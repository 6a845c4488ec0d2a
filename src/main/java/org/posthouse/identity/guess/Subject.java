/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import java.util.Locale;

/**
 * What failures are counted of.
 *
 * @param of an address, a network such as {@code 192.0.2.0/24}, a login, or a login and an address
 *     or network with a comma in between
 */
public record Subject(Scope scope, String of) {
  /** Whether it is meant by that name; a login means its places too. */
  boolean isOf(String who) {
    String name = who.strip().toLowerCase(Locale.ROOT);
    return of.equals(name) || (scope == Scope.PLACE && of.startsWith(name + ","));
  }
}
