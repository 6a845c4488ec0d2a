/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAKey;

/** A private key at work. Thread safe. */
public interface SigningKey {
  /** The least bits of an RSA key (RFC 8301 section 3.2); 2048 are right. */
  int LEAST_RSA_BITS = 1024;

  /** What it signs with. */
  SignatureAlgorithm algorithm();

  /**
   * Signs.
   *
   * @param message for Ed25519 the hash of what DKIM signs (RFC 8463 section 3)
   * @throws GeneralSecurityException when the provider cannot
   */
  byte[] sign(byte[] message) throws GeneralSecurityException;

  /**
   * A key that signs by the given provider.
   *
   * @throws InvalidKeyException when it is neither RSA of at least 1024 bits nor Ed25519
   */
  static SigningKey of(PrivateKey key, SignatureFactory signatures) throws InvalidKeyException {
    SignatureAlgorithm algorithm = algorithm(key);
    return new SigningKey() {
      @Override
      public SignatureAlgorithm algorithm() {
        return algorithm;
      }

      @Override
      public byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signature = signatures.of(algorithm.jcaName());
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
      }
    };
  }

  private static SignatureAlgorithm algorithm(PrivateKey key) throws InvalidKeyException {
    if (key instanceof RSAKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < LEAST_RSA_BITS) {
        throw new InvalidKeyException(
            "has " + bits + " bits, at least " + LEAST_RSA_BITS + " are needed and 2048 are right");
      }
      return SignatureAlgorithm.RSA_SHA256;
    }
    if (key instanceof EdECPrivateKey edwards
        && edwards.getParams().getName().equals(SignatureAlgorithm.ED25519_SHA256.jcaName())) {
      return SignatureAlgorithm.ED25519_SHA256;
    }
    throw new InvalidKeyException("is " + key.getAlgorithm() + ", not RSA or Ed25519");
  }
}
