/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The closed list of addresses that take mail from anyone. */
public final class LocalAddresses {
  /** For a relay that nobody can write to. */
  public static final LocalAddresses NONE = new LocalAddresses("localhost", Map.of(), List.of());

  private final String defaultDomain;
  private final Map<String, LocalAddress> plain;
  private final List<Listed> others;

  /** Addresses that are not written out. */
  record Listed(AddressList list, LocalAddress address) {}

  LocalAddresses(String defaultDomain, Map<String, LocalAddress> plain, List<Listed> others) {
    this.defaultDomain = defaultDomain;
    this.plain = Map.copyOf(plain);
    this.others = List.copyOf(others);
  }

  /** Whether nobody can write to the relay. */
  public boolean isEmpty() {
    return plain.isEmpty() && others.isEmpty();
  }

  /**
   * What becomes of mail to an address; empty when it is not local. An address that is written out
   * wins over patterns, and of these the first.
   *
   * @param recipient without angle brackets; {@code postmaster} alone is that of the default domain
   *     (RFC 5321, section 4.5.1)
   */
  public Optional<LocalAddress> find(String recipient) {
    if (isEmpty()) {
      return Optional.empty();
    }
    String full = recipient.indexOf('@') < 0 ? recipient + "@" + defaultDomain : recipient;
    return Address.parse(full).flatMap(this::find);
  }

  private Optional<LocalAddress> find(Address address) {
    LocalAddress written = plain.get(address.toString());
    return written != null
        ? Optional.of(written)
        : others.stream()
            .filter(each -> each.list().holds(address))
            .map(Listed::address)
            .findFirst();
  }
}
