/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.security.InvalidParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Arrays;

/**
 * Signatures without the operation of the key: what is signed is hashed, and the hash is given the
 * length that a signature with RSA of 2048 bits has. Nothing verifies them.
 */
public final class KeylessSignatures extends Provider {
  private static final long serialVersionUID = 1L;

  /** To be put before the others. */
  public KeylessSignatures() {
    super("Keyless", "1", "signs with nothing");
    put("Signature.SHA256withRSA", Hash.class.getName());
    put("Signature.Ed25519", Hash.class.getName());
  }

  /** Made by {@link java.security.Signature}. */
  public static final class Hash extends SignatureSpi {
    private final MessageDigest digest;

    /** A hash of nothing yet. */
    public Hash() throws NoSuchAlgorithmException {
      digest = MessageDigest.getInstance("SHA-256");
    }

    @Override
    protected void engineInitSign(PrivateKey key) {
      digest.reset();
    }

    @Override
    protected void engineInitVerify(PublicKey key) {
      digest.reset();
    }

    @Override
    protected void engineUpdate(byte octet) {
      digest.update(octet);
    }

    @Override
    protected void engineUpdate(byte[] octets, int offset, int length) {
      digest.update(octets, offset, length);
    }

    @Override
    protected byte[] engineSign() {
      return Arrays.copyOf(digest.digest(), 256);
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("nothing verifies here");
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new InvalidParameterException(name);
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new InvalidParameterException(name);
    }
  }
}
