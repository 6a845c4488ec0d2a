/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.posthouse.dkim.PublishedKey;

/**
 * A key that was just made.
 *
 * @param pem the private key in PKCS#8 and PEM, with its last line end
 * @param record the text of its TXT record
 */
public record NewKey(String pem, String record) {
  private static final int PEM_LINE = 64;

  /**
   * A new RSA key.
   *
   * @throws GeneralSecurityException when the JDK has no such key
   */
  public static NewKey rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return of(generator.generateKeyPair());
  }

  /**
   * A new Ed25519 key (RFC 8463).
   *
   * @throws GeneralSecurityException when the JDK has no such key
   */
  public static NewKey ed25519() throws GeneralSecurityException {
    return of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
  }

  private static NewKey of(KeyPair pair) throws GeneralSecurityException {
    String base64 =
        Base64.getMimeEncoder(PEM_LINE, "\n".getBytes(US_ASCII))
            .encodeToString(pair.getPrivate().getEncoded());
    String pem = "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    return new NewKey(pem, PublishedKey.record(pair.getPublic()));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "NewKey[" + record + "]";
  }
}
