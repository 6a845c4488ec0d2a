/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Public keys from the octets of p=. */
final class PublicKeys {
  /** The bits of a modulus beyond which a check only costs time (RFC 8301 section 3.2: 4096). */
  private static final int MAX_BITS = 8192;

  private static final int MAX_EXPONENT_BITS = 64;
  private static final int ED25519_OCTETS = 32;

  /** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 section 4). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  /** AlgorithmIdentifier of rsaEncryption (RFC 8017 appendix A.1). */
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private PublicKeys() {}

  /**
   * RSA as SubjectPublicKeyInfo, as everybody publishes it, or as RSAPublicKey, as RFC 6376 section
   * 3.6.1 has it; Ed25519 as 32 octets (RFC 8463 section 4.2).
   *
   * @throws GeneralSecurityException when it is no such key, or one too large to check
   */
  static PublicKey decode(SignatureAlgorithm algorithm, byte[] octets)
      throws GeneralSecurityException {
    return switch (algorithm) {
      case RSA_SHA256 -> rsa(octets);
      case ED25519_SHA256 -> ed25519(octets);
    };
  }

  private static PublicKey ed25519(byte[] octets) throws GeneralSecurityException {
    if (octets.length != ED25519_OCTETS) {
      throw new InvalidKeySpecException("not 32 octets");
    }
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(Der.concat(ED25519, octets)));
  }

  private static PublicKey rsa(byte[] octets) throws GeneralSecurityException {
    RSAPublicKey key = (RSAPublicKey) rsaKey(octets);
    BigInteger exponent = key.getPublicExponent();
    if (key.getModulus().bitLength() > MAX_BITS || exponent.bitLength() > MAX_EXPONENT_BITS) {
      throw new InvalidKeySpecException("too large");
    }
    return key;
  }

  private static PublicKey rsaKey(byte[] octets) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("RSA");
    try {
      return factory.generatePublic(new X509EncodedKeySpec(octets));
    } catch (InvalidKeySpecException e) {
      byte[] bits = Der.of(Der.BIT_STRING, Der.concat(new byte[1], octets));
      byte[] wrapped = Der.of(Der.SEQUENCE, Der.concat(RSA, bits));
      return factory.generatePublic(new X509EncodedKeySpec(wrapped));
    }
  }
}
