/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.SigningKey;

/**
 * A key of the table.
 *
 * @param selector s= in ASCII and lower case
 * @param line of its element in the table; 0 where it stands in none
 * @param file where the private key was read
 * @param publicKey what the DNS must publish
 * @param record the text of its TXT record
 */
public record TableKey(
    String selector,
    int line,
    Path file,
    Validity validity,
    SigningKey key,
    PublicKey publicKey,
    String record) {
  /**
   * A key with what belongs to it.
   *
   * @throws GeneralSecurityException when it is neither RSA of at least 1024 bits nor Ed25519
   */
  public static TableKey of(String selector, Path file, Validity validity, PrivateKey key)
      throws GeneralSecurityException {
    SigningKey signing = FastSignatures.signingKey(key);
    PublicKey publicKey = PublishedKey.publicKey(key);
    return new TableKey(
        selector, 0, file, validity, signing, publicKey, PublishedKey.record(publicKey));
  }

  /** The same, with its line in a table. */
  TableKey at(int itsLine) {
    return new TableKey(selector, itsLine, file, validity, key, publicKey, record);
  }

  /** The bits of an RSA modulus; 256 for Ed25519. */
  public int bits() {
    return publicKey instanceof RSAKey rsa ? rsa.getModulus().bitLength() : 256;
  }

  /** Whether another key of its kind signs on when this one has ended. */
  boolean isReplacedBy(TableKey other) {
    return other.key().algorithm() == key.algorithm() && validity.endsBefore(other.validity());
  }

  /** The name of its TXT record. */
  public String recordName(String domain) {
    return selector + "._domainkey." + domain;
  }
}
