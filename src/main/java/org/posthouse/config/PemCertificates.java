/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A file of certificates in PEM (RFC 7468). */
public final class PemCertificates {
  private static final long MOST_OCTETS = 10 << 20;

  private PemCertificates() {}

  /**
   * All of them, at least one.
   *
   * @throws IllegalArgumentException when there is none; the message says why
   */
  public static List<X509Certificate> read(Path file) {
    NamedFile.problem(file).ifPresent(PemCertificates::refuse);
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > MOST_OCTETS) {
        refuse(file + " is larger than 10 MiB");
      }
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        refuse(file + " holds no certificate");
      }
      return all;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(file + " holds no certificates in PEM", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(FileFailure.text(e), e);
    }
  }

  private static void refuse(String why) {
    throw new IllegalArgumentException(why);
  }
}
