/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import static org.posthouse.dkim.Canonicalization.RELAXED;

import java.io.ByteArrayOutputStream;

/**
 * What seals sign: all sets from the first on, in relaxed form, each as results, message signature
 * and seal, the last seal with an empty b= and without a line end (RFC 8617 section 5.1.1).
 */
final class SealedFields {
  private final ByteArrayOutputStream before = new ByteArrayOutputStream(4096);

  /** Adds the fields of a set that stand before its seal; returns what that seal signs. */
  byte[] seal(String results, String message, String unsignedSeal) {
    add(results);
    add(message);
    ByteArrayOutputStream signed = new ByteArrayOutputStream(before.size() + 512);
    signed.writeBytes(before.toByteArray());
    RELAXED.field(unsignedSeal, signed);
    return signed.toByteArray();
  }

  /** Adds a set that is sealed; returns what its seal signed. */
  byte[] add(ArcSet set) {
    String message = set.message().field().line();
    byte[] signed = seal(set.results().line(), message, set.seal().unsigned());
    add(set.seal().field().line());
    return signed;
  }

  private void add(String line) {
    RELAXED.field(line, before);
    before.write('\r');
    before.write('\n');
  }
}
