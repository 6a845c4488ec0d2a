/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import org.jspecify.annotations.Nullable;

/**
 * What a client is compared with (RFC 7208 section 5). A target that is null is the domain itself.
 */
sealed interface Mechanism {
  record All() implements Mechanism {}

  record Include(MacroString target) implements Mechanism {}

  /** {@code a}. */
  record Address(@Nullable MacroString target, Prefixes prefixes) implements Mechanism {}

  /** {@code mx}. */
  record Exchangers(@Nullable MacroString target, Prefixes prefixes) implements Mechanism {}

  /** {@code ptr}. */
  record Pointer(@Nullable MacroString target) implements Mechanism {}

  /**
   * {@code ip4} or {@code ip6}.
   *
   * @param octets 4 or 16
   */
  @SuppressWarnings("ArrayRecordComponent") // made once and never compared
  record Network(byte[] octets, int bits) implements Mechanism {}

  record Exists(MacroString target) implements Mechanism {}

  /** Lengths of prefixes in bits: dual-cidr-length. */
  record Prefixes(int v4, int v6) {
    static final Prefixes WHOLE = new Prefixes(32, 128);

    int of(ClientAddress client) {
      return client.isV4() ? v4 : v6;
    }
  }
}
