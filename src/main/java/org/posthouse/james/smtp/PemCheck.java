/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import nl.altindag.ssl.util.PemUtils;
import org.posthouse.config.Exposure;
import org.posthouse.config.Settings;

/**
 * The content of a door's PEM files, read as stock reads it. A key that belongs to another
 * certificate would open the door, and every handshake would fail.
 *
 * @param secret of the private key; empty when it has none
 */
record PemCheck(Settings door, String secret) {
  private static final String KEY = "tls.privateKey";
  private static final String CERTIFICATES = "tls.certificates";
  private static final byte[] TEXT = {1};

  /** Adds what is wrong with two files, each empty when it cannot be read at all. */
  void check(Optional<Path> keyFile, Optional<Path> certificateFile) {
    Optional<PrivateKey> key = keyFile.flatMap(this::key);
    Optional<X509Certificate> certificate = certificateFile.flatMap(this::certificate);
    certificate.ifPresent(found -> dates(found, certificateFile.orElseThrow()));
    if (key.isPresent()
        && certificate.isPresent()
        && !belongs(key.get(), certificate.get().getPublicKey())) {
      door.problem(
          KEY,
          "the private key does not belong to the certificate: "
              + keyFile.orElseThrow()
              + " and "
              + certificateFile.orElseThrow());
    }
  }

  private Optional<PrivateKey> key(Path file) {
    Exposure.of(file).ifPresent(text -> door.warning(KEY, text));
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(
          PemUtils.loadPrivateKey(in, secret.isEmpty() ? null : secret.toCharArray()));
    } catch (IOException | RuntimeException e) {
      door.problem(KEY, file + " holds no private key in PEM that can be read" + why(e));
      return Optional.empty();
    }
  }

  private Optional<X509Certificate> certificate(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<? extends Certificate> chain = PemUtils.loadCertificate(in);
      if (!chain.isEmpty() && chain.get(0) instanceof X509Certificate first) {
        return Optional.of(first);
      }
      door.problem(CERTIFICATES, file + " holds no certificate in PEM");
    } catch (IOException | RuntimeException e) {
      door.problem(CERTIFICATES, file + " holds no certificate in PEM that can be read" + why(e));
    }
    return Optional.empty();
  }

  private static String why(Exception e) {
    return e.getMessage() == null ? "" : ": " + e.getMessage();
  }

  private void dates(X509Certificate certificate, Path file) {
    Instant now = Instant.now();
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      door.warning(CERTIFICATES, "the certificate in " + file + " expired at " + end);
    } else if (begin.isAfter(now)) {
      door.warning(CERTIFICATES, "the certificate in " + file + " is not valid before " + begin);
    }
  }

  /** Whether what the key signs, the certificate's key verifies; true when that is not known. */
  private static boolean belongs(PrivateKey key, PublicKey known) {
    if (key instanceof RSAKey own && known instanceof RSAKey other) {
      return own.getModulus().equals(other.getModulus());
    }
    if (key instanceof RSAKey || known instanceof RSAKey) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              known.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : known.getAlgorithm());
      signature.initSign(key);
      signature.update(TEXT);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      signature.update(TEXT);
      return signature.verify(signed);
    } catch (NoSuchAlgorithmException e) {
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
