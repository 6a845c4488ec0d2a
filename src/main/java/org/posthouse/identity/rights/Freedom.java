/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

/**
 * What a rule lets clients do that have told nobody who they are: send to anybody.
 *
 * @param rule its name, with its line in senders.xml where there is one
 * @param anySender whether they may do so as any domain
 */
public record Freedom(String rule, boolean anySender) {}
