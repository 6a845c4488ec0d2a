/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A self-signed certificate for relay.test, in PEM. */
public final class TestCertificate {
  /** File names and texts of {@link #writeShared}: a key of RSA takes as long as a test. */
  private static final Map<String, String> SHARED = new HashMap<>();

  private TestCertificate() {}

  /** As {@link #write(Path)}, with the same key and certificate for all that ask so. */
  public static void writeShared(Path directory) throws IOException {
    synchronized (SHARED) {
      if (SHARED.isEmpty()) {
        write(directory);
        for (String name : List.of("certificate.pem", "private.key")) {
          SHARED.put(name, Files.readString(directory.resolve(name)));
        }
      }
      for (Map.Entry<String, String> each : SHARED.entrySet()) {
        Files.writeString(directory.resolve(each.getKey()), each.getValue());
      }
      Files.setPosixFilePermissions(
          directory.resolve("private.key"), PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Writes {@code certificate.pem} and {@code private.key} into an existing directory. */
  public static void write(Path directory) throws IOException {
    Instant now = Instant.now();
    write(directory, "RSA", 2048, now.minus(1, ChronoUnit.DAYS), now.plus(30, ChronoUnit.DAYS));
  }

  /** The same with a key of that kind (RSA or EC) and a time to be valid in. */
  public static void write(Path directory, String kind, int bits, Instant begin, Instant end)
      throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(bits);
      KeyPair pair = generator.generateKeyPair();
      pem(directory.resolve("certificate.pem"), "CERTIFICATE", certificate(pair, begin, end));
      Path key = directory.resolve("private.key");
      pem(key, "PRIVATE KEY", pair.getPrivate().getEncoded());
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] certificate(KeyPair pair, Instant begin, Instant end)
      throws IOException, OperatorCreationException {
    X500Name name = new X500Name("CN=relay.test");
    String algorithm = pair.getPrivate().getAlgorithm();
    return new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(64, new SecureRandom()),
            Date.from(begin),
            Date.from(end),
            name,
            pair.getPublic())
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "relay.test")))
        .build(
            new JcaContentSignerBuilder(
                    algorithm.equals("EC") ? "SHA256withECDSA" : "SHA256withRSA")
                .build(pair.getPrivate()))
        .getEncoded();
  }

  /** What a client shows of an RSA pair that was written there. */
  public static KeyManager[] keys(Path directory) throws IOException {
    try (InputStream in = Files.newInputStream(directory.resolve("certificate.pem"))) {
      String key =
          Files.readString(directory.resolve("private.key")).replaceAll("-----[^-]*-----|\\s", "");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own",
          KeyFactory.getInstance("RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
          new char[0],
          new Certificate[] {CertificateFactory.getInstance("X.509").generateCertificate(in)});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pem(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}
