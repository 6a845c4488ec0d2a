/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** What the DNS has to say of a key (RFC 6376 section 3.6.1, RFC 8463 section 4). */
public final class PublishedKey {
  /** The most octets that a string of a TXT record has (RFC 1035 section 3.3). */
  private static final int STRING = 255;

  private static final int ED25519_OCTETS = 32;

  private PublishedKey() {}

  /**
   * The text of the TXT record for {@code SELECTOR._domainkey.DOMAIN}.
   *
   * @throws GeneralSecurityException when the public key cannot be told from the private one
   */
  public static String record(PrivateKey key) throws GeneralSecurityException {
    return record(publicKey(key));
  }

  /**
   * The text of the TXT record for {@code SELECTOR._domainkey.DOMAIN}.
   *
   * @throws InvalidKeyException when it is neither RSA nor Ed25519
   */
  public static String record(PublicKey key) throws InvalidKeyException {
    boolean isEdwards = key instanceof EdECPublicKey;
    if (!isEdwards && !key.getAlgorithm().equals("RSA")) {
      throw new InvalidKeyException("is " + key.getAlgorithm() + ", not RSA or Ed25519");
    }
    byte[] encoded = key.getEncoded();
    byte[] published =
        isEdwards
            ? Arrays.copyOfRange(encoded, encoded.length - ED25519_OCTETS, encoded.length)
            : encoded;
    return "v=DKIM1; k="
        + (isEdwards ? "ed25519" : "rsa")
        + "; p="
        + Base64.getEncoder().encodeToString(published);
  }

  /** The strings that a record of that text has: none longer than 255 octets. */
  public static List<String> strings(String record) {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < record.length(); i += STRING) {
      strings.add(record.substring(i, Math.min(i + STRING, record.length())));
    }
    return strings;
  }

  /**
   * The public key that belongs to a private one.
   *
   * @throws GeneralSecurityException when it cannot be told
   */
  public static PublicKey publicKey(PrivateKey key) throws GeneralSecurityException {
    if (key instanceof RSAPrivateCrtKey rsa) {
      BigInteger exponent = rsa.getPublicExponent();
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), exponent));
    }
    if (key instanceof EdECPrivateKey edwards) {
      return publicKey(edwards);
    }
    throw new InvalidKeyException("no public key can be told from it");
  }

  /**
   * The JDK tells no public key from a private one of Ed25519, but makes both of 32 random octets,
   * which are the private key (RFC 8032 section 5.1.5): so it is given those.
   */
  private static PublicKey publicKey(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow(() -> new InvalidKeyException("has no octets"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Octets(seed));
    KeyPair pair = generator.generateKeyPair();
    byte[] made = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElse(new byte[0]);
    if (!Arrays.equals(made, seed)) {
      throw new InvalidKeyException("no public key can be told from it");
    }
    return pair.getPublic();
  }

  private static final class Octets extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] octets;

    Octets(byte[] octets) {
      this.octets = octets;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(octets, 0, bytes, 0, Math.min(octets.length, bytes.length));
    }
  }
}
