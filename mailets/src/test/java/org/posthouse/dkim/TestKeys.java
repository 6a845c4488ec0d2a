/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** Keys made once for all tests. */
public final class TestKeys {
  public static final KeyPair RSA = generate("RSA", 2048);
  public static final KeyPair ED25519 = generate("Ed25519", 255);

  private TestKeys() {}

  public static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static SigningKey signing(KeyPair pair) {
    try {
      return SigningKey.of(pair.getPrivate(), SignatureFactory.OF_JDK);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A DNS that has both keys, under {@code rsa} and {@code ed} of example.com. */
  public static MemoryDns dns() {
    try {
      return new MemoryDns()
          .text("rsa._domainkey.example.com", PublishedKey.record(RSA.getPublic()))
          .text("ed._domainkey.example.com", PublishedKey.record(ED25519.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
