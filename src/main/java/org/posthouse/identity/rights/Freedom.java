/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

/**
 * What a rule lets clients do that have told nobody who they are: send to anybody.
 *
 * @param rule its name, with its line in senders.xml where there is one
 * @param anySender whether they may do so as any domain
 */
public record Freedom(String rule, boolean anySender) {
  /**
   * What is dangerous about a network of others that may send as any domain.
   *
   * @param network as it is written
   */
  public String warning(Object network) {
    return network
        + " reaches beyond this machine and private networks, and the rule "
        + rule
        + " of senders.xml lets it send as any domain, without a login: its hosts and whatever runs"
        + " on them are trusted like this relay";
  }
}
