/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Set;

/**
 * How a table is looked up; named as Postfix' parameters.
 *
 * @param delimiters characters between a user and its extension (recipient_delimiter); empty for no
 *     extensions
 * @param localDomains whose addresses are also found by their user alone (mydestination)
 * @param origin the domain of results that have none (myorigin); empty to refuse such
 * @param propagates whether an extension that no key has named is appended to the result
 *     (propagate_unmatched_extensions)
 * @param recursion how many more times a result is looked up; 0 for never
 */
public record TableOptions(
    String delimiters, Set<String> localDomains, String origin, boolean propagates, int recursion) {
  /** The extension behind a plus sign, propagated; no local domains, no recursion. */
  public static final TableOptions DEFAULT = new TableOptions("+", Set.of(), "", true, 0);

  /** Compares local domains as {@link Address#ascii} has them. */
  public TableOptions {
    localDomains = Set.copyOf(localDomains.stream().map(Address::ascii).toList());
  }

  /**
   * Where the extension begins, its delimiter included; the length of {@code user} where none is.
   * Names that a delimiter belongs to are not split: an owner- or -request address.
   */
  int extensionStart(String user) {
    for (int at = 1; at < user.length(); at++) {
      if (delimiters.indexOf(user.charAt(at)) >= 0) {
        boolean list = user.charAt(at) == '-' && isListName(user);
        return list ? user.length() : at;
      }
    }
    return user.length();
  }

  private static boolean isListName(String user) {
    return user.regionMatches(true, 0, "owner-", 0, 6)
        || user.regionMatches(true, user.length() - 8, "-request", 0, 8);
  }
}
