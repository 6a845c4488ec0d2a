/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients show a certificate, and who vouches for it.
 *
 * @param any whether a certificate needs no authority, and only proves that the client has its key
 * @param authorities PEM files of the authorities that are trusted
 * @param truststore a Java keystore of more of them
 * @param revocation whether the authority is asked if a certificate is revoked (OCSP)
 */
record ClientAuthentication(
    Mode mode,
    boolean any,
    List<Path> authorities,
    @Nullable KeystoreFile truststore,
    boolean revocation) {
  /** What becomes of a client without a good certificate. */
  enum Mode {
    /** It is not asked. */
    NONE,
    /** It is served, as one without a certificate that counts. */
    WANT,
    /** Its handshake fails. */
    NEED
  }

  static final ClientAuthentication NONE =
      new ClientAuthentication(Mode.NONE, false, List.of(), null, false);

  List<Path> files() {
    List<Path> all = new ArrayList<>(authorities);
    if (truststore != null) {
      all.add(truststore.file());
    }
    return all;
  }
}
