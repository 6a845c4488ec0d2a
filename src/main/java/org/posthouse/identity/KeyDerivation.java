/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Hi() of RFC 5802: the slow step, apart so that tests can count its rounds. */
@FunctionalInterface
interface KeyDerivation {
  KeyDerivation PBKDF2 = KeyDerivation::pbkdf2;

  /** Derives 32 octets from a password that went through {@link SaslPrep}. */
  byte[] derive(String password, byte[] salt, int iterations);

  private static byte[] pbkdf2(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }
}
