/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.Set;

/**
 * Names that rules may refer to. An empty set is for "nobody knows": nothing is compared with it.
 *
 * @param identities in lower case
 * @param groups in lower case
 * @param processors of mailetcontainer.xml
 */
public record Known(Set<String> identities, Set<String> groups, Set<String> processors) {
  /** For those who only want the rules. */
  public static final Known NOTHING = new Known(Set.of(), Set.of(), Set.of());
}
