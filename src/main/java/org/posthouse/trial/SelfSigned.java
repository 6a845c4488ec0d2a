/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A key and the certificate it signed for itself, for loopback only: good for trying out, trusted
 * by nobody who was not given it.
 */
public record SelfSigned(KeyPair keys, X509Certificate certificate) {
  private static final Duration LIFETIME = Duration.ofDays(30);

  /**
   * For this host name, {@code localhost} and 127.0.0.1; RSA of 2048 bits.
   *
   * @throws GeneralSecurityException if the JDK lacks RSA or the certificate cannot be made
   */
  public static SelfSigned forHost(String host) throws GeneralSecurityException {
    KeyPair keys = rsaKeys();
    X500Name name = new X500Name("CN=" + host);
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(LIFETIME)),
            name,
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(Extension.subjectAlternativeName, false, names(host));
      return new SelfSigned(
          keys,
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))));
    } catch (CertIOException | OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** A fresh RSA key pair of 2048 bits. */
  static KeyPair rsaKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  /** A server's side of TLS with this key. */
  public SSLContext serverContext() throws GeneralSecurityException {
    char[] password = new char[0];
    KeyStore store = emptyStore();
    store.setKeyEntry("key", keys.getPrivate(), password, new Certificate[] {certificate});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /** A client's side of TLS that trusts this certificate and no other. */
  public SSLContext clientContext() throws GeneralSecurityException {
    KeyStore store = emptyStore();
    store.setCertificateEntry("trusted", certificate);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /**
   * Writes both as PEM; the key is readable by its owner only.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeTo(Path certificateFile, Path keyFile)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(certificateFile.toAbsolutePath().getParent());
    Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
    writeSecret(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  static void writeSecret(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  static String pem(String label, byte[] der) {
    byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
    return String.format(
        Locale.ROOT,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
        label,
        Base64.getMimeEncoder(64, lineEnd).encodeToString(der),
        label);
  }

  private static GeneralNames names(String host) {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, host),
          new GeneralName(GeneralName.dNSName, "localhost"),
          new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }
}
