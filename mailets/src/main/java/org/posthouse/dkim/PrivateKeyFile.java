/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * Private keys in PEM (RFC 7468): RSA and Ed25519 in PKCS#8 as OpenSSL writes them, RSA in PKCS#1
 * too; not encrypted.
 */
public final class PrivateKeyFile {
  /** A file with a key of 16384 bits and much text around it is shorter. */
  private static final int MAX_LENGTH = 64 * 1024;

  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  /** RFC 1421 section 4.6.1.1, as OpenSSL writes it above an encrypted key in PKCS#1. */
  private static final String ENCRYPTED_FIELD = "Proc-Type: 4,ENCRYPTED";

  /** PrivateKeyInfo's version 0 and the algorithm rsaEncryption (RFC 5208, RFC 8017 A.1). */
  private static final byte[] RSA_INFO =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private PrivateKeyFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read
   * @throws GeneralSecurityException when it holds no such key; the message says what it holds
   */
  public static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(new String(in.readNBytes(MAX_LENGTH), ISO_8859_1));
    }
  }

  /**
   * Reads the first key in a text.
   *
   * @throws GeneralSecurityException when it holds no such key; the message says what it holds
   */
  public static PrivateKey parse(String pem) throws GeneralSecurityException {
    for (int at = pem.indexOf(BEGIN); at >= 0; at = pem.indexOf(BEGIN, at + 1)) {
      int labelEnd = pem.indexOf(DASHES, at + BEGIN.length());
      String label = labelEnd < 0 ? "" : pem.substring(at + BEGIN.length(), labelEnd);
      if (label.endsWith("PRIVATE KEY")) {
        return key(label, block(pem, label, labelEnd + DASHES.length()));
      }
    }
    throw new InvalidKeySpecException("no PEM block PRIVATE KEY or RSA PRIVATE KEY");
  }

  private static byte[] block(String pem, String label, int start) throws InvalidKeySpecException {
    int end = pem.indexOf("-----END " + label + DASHES, start);
    if (end < 0) {
      throw new InvalidKeySpecException("the PEM block " + label + " does not end");
    }
    String content = pem.substring(start, end);
    if (label.equals(ENCRYPTED) || content.contains(ENCRYPTED_FIELD)) {
      throw new InvalidKeySpecException(
          "the PEM block "
              + label
              + " is encrypted, and Posthouse reads keys without a passphrase: openssl pkey -in KEY"
              + " -out NEW-KEY asks for it and writes the key without");
    }
    String base64 = TagReader.withoutSpace(content);
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException("the PEM block " + label + " is not base64", e);
    }
  }

  private static PrivateKey key(String label, byte[] der) throws GeneralSecurityException {
    return switch (label) {
      case "PRIVATE KEY" -> pkcs8(der);
      case "RSA PRIVATE KEY" -> pkcs8(wrapped(der));
      default ->
          throw new InvalidKeySpecException(
              "a PEM block " + label + ", not PRIVATE KEY or RSA PRIVATE KEY");
    };
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (InvalidKeySpecException e) {
      return edwards(spec, e);
    }
  }

  private static PrivateKey edwards(PKCS8EncodedKeySpec spec, InvalidKeySpecException asRsa)
      throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
    } catch (InvalidKeySpecException e) {
      e.addSuppressed(asRsa);
      throw new InvalidKeySpecException("the PEM block is no key of RSA or Ed25519", e);
    }
  }

  private static byte[] wrapped(byte[] pkcs1) {
    byte[] key = Der.of(Der.OCTET_STRING, pkcs1);
    return Der.of(Der.SEQUENCE, Der.concat(RSA_INFO, key));
  }

  /**
   * What may be done with a file, and by whom.
   *
   * @return nothing on a file system that knows no such permissions
   * @throws IOException when it cannot be looked at
   */
  public static Set<PosixFilePermission> permissions(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException e) {
      return Set.of();
    }
  }
}
