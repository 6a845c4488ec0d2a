/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.Optional;

/** The algorithms that may be used (RFC 8301, RFC 8463): rsa-sha1 is not among them. */
public enum SignatureAlgorithm {
  RSA_SHA256("rsa-sha256", "rsa", "SHA256withRSA"),
  ED25519_SHA256("ed25519-sha256", "ed25519", "Ed25519");

  private final String word;
  private final String keyType;
  private final String jcaName;

  SignatureAlgorithm(String word, String keyType, String jcaName) {
    this.word = word;
    this.keyType = keyType;
    this.jcaName = jcaName;
  }

  /** As written in a=. */
  public String word() {
    return word;
  }

  /** As written in k= of a key record. */
  public String keyType() {
    return keyType;
  }

  /** The name of the signature in the Java Cryptography Architecture. */
  public String jcaName() {
    return jcaName;
  }

  /** What the signature is computed over: Ed25519 takes the hash for its message (RFC 8463, 3). */
  public byte[] message(byte[] signed) {
    return this == ED25519_SHA256 ? BodyHash.newSha256().digest(signed) : signed;
  }

  static Optional<SignatureAlgorithm> of(String word) {
    for (SignatureAlgorithm algorithm : values()) {
      if (algorithm.word.equals(word)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
