/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.common.net.InternetDomainName;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Addresses that an element lists. Plain addresses and domains are looked up by hash; patterns are
 * RE2's, which take time linear in the address.
 *
 * @param any whether every address is meant
 * @param own whether those of the client's identity are
 * @param attributes of the identity that hold addresses, too
 * @param addresses in normal form
 * @param domains whose addresses are all meant
 * @param parents domains below which all are
 * @param globs for local parts, by domain
 * @param patterns for whole addresses
 */
record AddressList(
    boolean any,
    boolean own,
    Set<String> attributes,
    Set<String> addresses,
    Set<String> domains,
    Set<String> parents,
    Map<String, List<Pattern>> globs,
    List<Pattern> patterns) {
  static final AddressList ANY =
      new AddressList(true, false, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), List.of());

  static final AddressList OWN =
      new AddressList(false, true, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), List.of());

  /** Whether it holds addresses of the client's identity only. */
  boolean isPersonal() {
    return !any
        && addresses.isEmpty()
        && domains.isEmpty()
        && parents.isEmpty()
        && globs.isEmpty()
        && patterns.isEmpty();
  }

  /** Those of whose domains nobody has all: {@code .com}. */
  List<String> suffixes() {
    return parents.stream().filter(AddressList::isSuffix).sorted().toList();
  }

  /** Whether it has addresses of everybody, if not all of them. */
  boolean isBoundless() {
    return any || !suffixes().isEmpty();
  }

  private static boolean isSuffix(String domain) {
    return InternetDomainName.isValid(domain) && InternetDomainName.from(domain).isRegistrySuffix();
  }

  /** Whether the address is listed, whosever it is. */
  boolean holds(Address address) {
    return any
        || addresses.contains(address.toString())
        || domains.contains(address.domain())
        || isBelow(address.domain())
        || globs.getOrDefault(address.domain(), List.of()).stream()
            .anyMatch(glob -> glob.matches(address.local()))
        || patterns.stream().anyMatch(pattern -> pattern.matches(address.toString()));
  }

  private boolean isBelow(String domain) {
    if (parents.isEmpty()) {
      return false;
    }
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      if (parents.contains(domain.substring(dot + 1))) {
        return true;
      }
    }
    return false;
  }
}
