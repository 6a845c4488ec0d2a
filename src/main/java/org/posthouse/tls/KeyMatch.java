/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;

/** Whether a private key is the one of a certificate. */
final class KeyMatch {
  private static final byte[] TEXT = {1};

  private KeyMatch() {}

  /** Whether what the key signs, the certificate's key verifies; true when that is not known. */
  static boolean of(PrivateKey key, PublicKey known) {
    if (key instanceof RSAKey own && known instanceof RSAKey other) {
      return own.getModulus().equals(other.getModulus());
    }
    if (key instanceof RSAKey || known instanceof RSAKey) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              known.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : known.getAlgorithm());
      signature.initSign(key);
      signature.update(TEXT);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      signature.update(TEXT);
      return signature.verify(signed);
    } catch (NoSuchAlgorithmException e) {
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
