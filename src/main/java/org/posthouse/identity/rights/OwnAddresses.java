/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.posthouse.identity.Identity;
import org.posthouse.identity.Letters;

/**
 * The addresses of a client's identity. A login that no source knows an address of has one at the
 * default domain.
 *
 * @param all in normal form, the first one first
 */
record OwnAddresses(Set<String> all, Predicate<AttributeAddress> attributes) {
  /** Whether an attribute of the identity holds the address. */
  record AttributeAddress(String attribute, Address address) {}

  private static final OwnAddresses NONE = new OwnAddresses(Set.of(), each -> false);

  static OwnAddresses of(Client client, String defaultDomain) {
    Identity who = client.identity();
    if (who == null) {
      return NONE;
    }
    Set<String> all = new LinkedHashSet<>();
    who.addresses().forEach(text -> Address.parse(text).map(Address::toString).ifPresent(all::add));
    if (who.addresses().isEmpty()) {
      String full = who.name().indexOf('@') < 0 ? who.name() + "@" + defaultDomain : who.name();
      Address.parse(full).map(Address::toString).ifPresent(all::add);
    }
    return new OwnAddresses(all, each -> holds(who, each));
  }

  /** Attributes of directories are named without regard to case (RFC 4512, section 2.5). */
  private static boolean holds(Identity who, AttributeAddress wanted) {
    return who.attributes().entries().stream()
        .filter(each -> each.getKey().equalsIgnoreCase(wanted.attribute()))
        .map(each -> Address.parse(withoutScheme(each.getValue())))
        .anyMatch(Optional.of(wanted.address())::equals);
  }

  /** Active Directory's proxyAddresses have smtp: in front, or SMTP: for the first of them. */
  private static String withoutScheme(String value) {
    String lower = Letters.lower(value);
    return lower.startsWith("smtp:") || lower.startsWith("mailto:")
        ? value.substring(value.indexOf(':') + 1)
        : value;
  }

  /** Whether a list allows this client an address. */
  boolean allow(AddressList list, Address address) {
    return list.holds(address)
        || (list.own() && all.contains(address.toString()))
        || list.attributes().stream()
            .anyMatch(name -> attributes.test(new AttributeAddress(name, address)));
  }

  /** The first that can be written anywhere, without quotes and in ASCII. */
  Optional<String> first() {
    return all.stream()
        .filter(each -> each.matches("[\\w!#$%&'*+/=?^`{|}~.-]+@[\\w.-]+"))
        .findFirst();
  }
}
