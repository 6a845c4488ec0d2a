/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Exposure;
import org.posthouse.config.Settings;

/**
 * The certificates of a door: stock's elements first, then each {@code certificate}. A key that
 * belongs to another certificate would open the door, and every handshake would fail.
 */
final class CertificatesReader {
  private static final String KEY = "privateKey";
  private static final String CERTIFICATES = "certificates";

  private final Settings tls;
  private final UrlFiles files;
  private final boolean used;

  /** Kinds of key and names, and where they are. */
  private final Map<String, String> taken = new HashMap<>();

  CertificatesReader(Settings tls, UrlFiles files, boolean used) {
    this.tls = tls;
    this.files = files;
    this.used = used;
  }

  /** Those that are in order; a door without TLS has none. */
  List<CertificateSource> read() {
    List<CertificateSource> all = new ArrayList<>();
    Optional<String> keystore = tls.text("keystore").filter(text -> !text.isEmpty());
    String type = tls.text("keystoreType").orElse("JKS");
    String secret = tls.text("secret").orElse("");
    List<Settings> more = tls.parts("certificate");
    if (keystore.isPresent()) {
      // Stock prefers the keystore; then the other two are not read.
      tls.texts(KEY);
      tls.texts(CERTIFICATES);
      tls.texts("chain");
      if (used) {
        keystore(type, secret).ifPresent(all::add);
      }
    } else {
      pem(tls, more.isEmpty(), secret).ifPresent(all::add);
    }
    for (Settings each : more) {
      pem(each, true, each.text("secret").orElse("")).ifPresent(all::add);
    }
    return all;
  }

  private Optional<CertificateSource> keystore(String type, String secret) {
    Optional<Path> file = files.file(tls, "keystore");
    try {
      if (file.isPresent()) {
        KeystoreFile store = new KeystoreFile(file.get(), type, secret);
        for (ServerCertificate each : store.read()) {
          judge(tls, "keystore", each.own(), store.file());
        }
        return Optional.of(store);
      }
    } catch (IOException e) {
      tls.problem("keystore", String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private Optional<CertificateSource> pem(Settings pair, boolean needed, String secret) {
    boolean complete = isWritten(pair, KEY) && isWritten(pair, CERTIFICATES);
    boolean begun = Stream.of(KEY, CERTIFICATES, "chain").anyMatch(key -> isWritten(pair, key));
    if (!used || (!needed && !begun)) {
      return Optional.empty();
    }
    if (!complete) {
      String or = pair.equals(tls) ? ", or a <keystore>" : "";
      pair.problem("", "it needs <privateKey> and <certificates>" + or);
    }
    Optional<Path> keyFile = files.file(pair, KEY);
    Optional<Path> certificateFile = files.file(pair, CERTIFICATES);
    Path chain = files.file(pair, "chain").orElse(null);
    Optional<PrivateKey> key = keyFile.flatMap(file -> key(pair, file, secret));
    Optional<X509Certificate> own = certificateFile.flatMap(file -> certificate(pair, file, chain));
    if (key.isEmpty() || own.isEmpty()) {
      return Optional.empty();
    }
    PemFiles both =
        new PemFiles(keyFile.orElseThrow(), certificateFile.orElseThrow(), chain, secret);
    return match(pair, both, key.get(), own.get());
  }

  private static boolean isWritten(Settings pair, String key) {
    return pair.texts(key).stream().anyMatch(text -> !text.isEmpty());
  }

  private static Optional<CertificateSource> match(
      Settings pair, PemFiles source, PrivateKey key, X509Certificate own) {
    if (KeyMatch.of(key, own.getPublicKey())) {
      return Optional.of(source);
    }
    pair.problem(KEY, source.mismatch());
    return Optional.empty();
  }

  private static Optional<PrivateKey> key(Settings pair, Path file, String secret) {
    Exposure.of(file).ifPresent(text -> pair.warning(KEY, text));
    try {
      return Optional.of(PemFiles.readKey(file, secret));
    } catch (IOException e) {
      pair.problem(KEY, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<X509Certificate> certificate(Settings pair, Path file, @Nullable Path chain) {
    try {
      List<X509Certificate> all = PemFiles.readCertificates(file, chain);
      judge(pair, CERTIFICATES, all.get(0), file);
      order(pair, all, file);
      return Optional.of(all.get(0));
    } catch (IOException e) {
      pair.problem(CERTIFICATES, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void order(Settings pair, List<X509Certificate> all, Path file) {
    for (int i = 1; i < all.size(); i++) {
      if (!all.get(i - 1).getIssuerX500Principal().equals(all.get(i).getSubjectX500Principal())) {
        pair.warning(
            CERTIFICATES,
            "certificate "
                + (i + 1)
                + " in "
                + file
                + " is not of the one that issued the one before it");
      }
    }
  }

  /** Its time, and whether a client could ever get it. */
  private void judge(Settings pair, String key, X509Certificate own, Path file) {
    Instant now = Instant.now();
    Instant begin = own.getNotBefore().toInstant();
    Instant end = own.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      pair.warning(key, "the certificate in " + file + " expired at " + end);
    } else if (begin.isAfter(now)) {
      pair.warning(key, "the certificate in " + file + " is not valid before " + begin);
    }
    String type = own.getPublicKey().getAlgorithm();
    boolean first = taken.isEmpty();
    taken.putIfAbsent(type, file.toString());
    for (String name : ServerCertificate.dnsNames(own).stream().sorted().toList()) {
      String before = taken.putIfAbsent(type + " " + name, file.toString());
      if (before != null) {
        pair.problem(key, name + " has a certificate with such a key already, in " + before);
      }
    }
    if (!first && ServerCertificate.dnsNames(own).isEmpty()) {
      pair.warning(
          key, "the certificate in " + file + " has no DNS name: no client gets it by name");
    }
  }
}
