/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.FileFailure;

/**
 * A private key and its certificates, as certbot leaves them.
 *
 * @param certificates {@code fullchain.pem}, or {@code cert.pem} with the rest in {@code chain}
 * @param chain null when {@code certificates} has all
 * @param secret of the key; empty when it has none
 */
record PemFiles(Path key, Path certificates, @Nullable Path chain, String secret)
    implements CertificateSource {
  @Override
  public List<Path> files() {
    return chain == null ? List.of(key, certificates) : List.of(key, certificates, chain);
  }

  @Override
  public List<ServerCertificate> read() throws IOException {
    PrivateKey read = readKey(key, secret);
    List<X509Certificate> all = readCertificates(certificates, chain);
    if (!KeyMatch.of(read, all.get(0).getPublicKey())) {
      throw new IOException(mismatch());
    }
    return List.of(ServerCertificate.of(read, all));
  }

  static PrivateKey readKey(Path file, String secret) throws IOException {
    try {
      return Pem.key(file, secret);
    } catch (IOException e) {
      throw new IOException(
          file + " holds no private key in PEM that can be read: " + FileFailure.text(e), e);
    }
  }

  static List<X509Certificate> readCertificates(Path file, @Nullable Path chain)
      throws IOException {
    List<X509Certificate> all = new ArrayList<>(readCertificates(file));
    if (chain != null) {
      all.addAll(readCertificates(chain));
    }
    return all;
  }

  static List<X509Certificate> readCertificates(Path file) throws IOException {
    try {
      return Pem.certificates(file);
    } catch (IOException e) {
      throw new IOException(
          file + " holds no certificate in PEM that can be read: " + FileFailure.text(e), e);
    }
  }

  String mismatch() {
    return "the private key does not belong to the certificate: " + key + " and " + certificates;
  }

  @Override
  public String toString() {
    return key + " and " + certificates;
  }
}
