/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.Set;
import org.posthouse.identity.KnownNames;

/**
 * What rules may refer to.
 *
 * @param names of identities and groups
 * @param processors of mailetcontainer.xml; empty when nobody knows
 * @param domains of the relay itself, which has no mailboxes, in lower case
 */
public record Known(KnownNames names, Set<String> processors, Set<String> domains) {
  /** For those who only want the rules. */
  public static final Known NOTHING = new Known(KnownNames.UNKNOWN, Set.of(), Set.of());
}
