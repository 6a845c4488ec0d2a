/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

/**
 * What failures are counted of.
 *
 * @param of an address, a network such as {@code 192.0.2.0/24}, a login, or a login and a network
 *     with a comma in between
 */
public record Subject(Scope scope, String of) {}
