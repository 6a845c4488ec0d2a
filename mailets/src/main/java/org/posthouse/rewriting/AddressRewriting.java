/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Optional;

/** One way to rewrite addresses. */
@FunctionalInterface
public interface AddressRewriting {
  /** Rewrites nothing. */
  AddressRewriting NONE = address -> Optional.empty();

  /**
   * What becomes of one address.
   *
   * @param address one that {@link Address#isUsable()}
   * @return what stands in its place; empty when it stays
   */
  Optional<Address> rewrite(Address address);

  /** This one first, the other one on what comes out. */
  default AddressRewriting then(AddressRewriting next) {
    return address -> {
      Optional<Address> first = rewrite(address);
      Optional<Address> second = next.rewrite(first.orElse(address));
      return second.isPresent() ? second : first;
    };
  }
}
