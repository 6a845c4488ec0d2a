/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.GeneralSecurityException;
import java.security.Signature;

/** Where signatures are computed: the JDK, or a provider that is faster. */
@FunctionalInterface
public interface SignatureFactory {
  /** The provider that the JDK chooses. */
  SignatureFactory OF_JDK = Signature::getInstance;

  /**
   * A new signature, not yet initialised.
   *
   * @param jcaName SHA256withRSA or Ed25519
   * @throws GeneralSecurityException when the provider has none
   */
  Signature of(String jcaName) throws GeneralSecurityException;
}
