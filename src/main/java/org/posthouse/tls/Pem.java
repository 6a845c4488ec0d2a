/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.X509TrustedCertificateBlock;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/**
 * PEM files (RFC 7468, and the older forms of OpenSSL): keys in PKCS#8, PKCS#1 and SEC 1, also
 * encrypted; certificates, one after the other. What else a file holds is passed over.
 */
final class Pem {
  /** More is no file of keys or certificates; a list of all public authorities is a quarter. */
  private static final long MOST_OCTETS = 1 << 20;

  private static final BouncyCastleProvider CASTLE = new BouncyCastleProvider();

  /** Kinds of keys by the object identifiers of RFC 8017, 5480 and 8410. */
  private static final Map<String, String> KINDS =
      Map.of(
          "1.2.840.113549.1.1.1", "RSA",
          "1.2.840.113549.1.1.10", "RSASSA-PSS",
          "1.2.840.10045.2.1", "EC",
          "1.3.101.112", "EdDSA",
          "1.3.101.113", "EdDSA");

  private Pem() {}

  /**
   * The first private key of a file.
   *
   * @param secret of the key; empty when it has none
   * @throws IOException when there is none, or it cannot be read; the message says why
   */
  static PrivateKey key(Path file, String secret) throws IOException {
    try (PEMParser parser = parser(file)) {
      for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
        PrivateKeyInfo key = key(each, secret);
        if (key != null) {
          return privateKey(key);
        }
      }
    } catch (RuntimeException e) {
      throw new IOException(unreadable(e), e);
    }
    throw new IOException("there is none in it");
  }

  /** In the JDK's names: Bouncy Castle's converter says ECDSA where it is installed. */
  private static PrivateKey privateKey(PrivateKeyInfo key) throws IOException {
    String kind = KINDS.get(key.getPrivateKeyAlgorithm().getAlgorithm().getId());
    if (kind == null) {
      throw new IOException("it is of a kind that TLS does not use");
    }
    try {
      return KeyFactory.getInstance(kind)
          .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException(unreadable(e), e);
    }
  }

  private static @Nullable PrivateKeyInfo key(Object object, String secret) throws IOException {
    if (object instanceof PrivateKeyInfo key) {
      return key;
    }
    if (object instanceof PEMKeyPair pair) {
      return pair.getPrivateKeyInfo();
    }
    boolean encrypted =
        object instanceof PKCS8EncryptedPrivateKeyInfo || object instanceof PEMEncryptedKeyPair;
    if (encrypted && secret.isEmpty()) {
      throw new IOException("it is encrypted, and there is no <secret>");
    }
    return encrypted ? decrypted(object, secret) : null;
  }

  private static @Nullable PrivateKeyInfo decrypted(Object object, String secret)
      throws IOException {
    try {
      if (object instanceof PEMEncryptedKeyPair old) {
        return old.decryptKeyPair(
                new JcePEMDecryptorProviderBuilder()
                    .setProvider(CASTLE)
                    .build(secret.toCharArray()))
            .getPrivateKeyInfo();
      }
      return object instanceof PKCS8EncryptedPrivateKeyInfo info
          ? info.decryptPrivateKeyInfo(
              new JceOpenSSLPKCS8DecryptorProviderBuilder()
                  .setProvider(CASTLE)
                  .build(secret.toCharArray()))
          : null;
    } catch (PEMException | PKCSException | OperatorCreationException e) {
      throw new IOException("it cannot be decrypted with the <secret>", e);
    }
  }

  /**
   * The certificates of a file, in its order.
   *
   * @throws IOException when there is none, or one cannot be read; the message says why
   */
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    try (PEMParser parser = parser(file)) {
      for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
        if (each instanceof X509CertificateHolder holder) {
          all.add(converter.getCertificate(holder));
        } else if (each instanceof X509TrustedCertificateBlock block) {
          all.add(converter.getCertificate(block.getCertificateHolder()));
        }
      }
    } catch (CertificateException | RuntimeException e) {
      throw new IOException(unreadable(e), e);
    }
    if (all.isEmpty()) {
      throw new IOException("there is none in it");
    }
    return List.copyOf(all);
  }

  private static String unreadable(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static PEMParser parser(Path file) throws IOException {
    if (Files.size(file) > MOST_OCTETS) {
      throw new IOException("it is larger than 1 MiB");
    }
    return new PEMParser(Files.newBufferedReader(file, StandardCharsets.ISO_8859_1));
  }
}
