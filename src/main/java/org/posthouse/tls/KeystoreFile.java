/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.posthouse.config.FileFailure;

/**
 * A Java keystore.
 *
 * @param type JKS, PKCS12; the JDK takes either of them for the other
 * @param secret of the store and of the keys in it; empty when it has none
 */
record KeystoreFile(Path file, String type, String secret) implements CertificateSource {
  @Override
  public List<Path> files() {
    return List.of(file);
  }

  KeyStore load() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(type);
      store.load(in, secret.toCharArray());
      return store;
    } catch (IOException e) {
      throw new IOException(file + " cannot be read as " + type + ": " + FileFailure.text(e), e);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be read as " + type + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<ServerCertificate> read() throws IOException {
    KeyStore store = load();
    List<ServerCertificate> all = new ArrayList<>();
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)
            && store.getKey(alias, secret.toCharArray()) instanceof PrivateKey key) {
          all.add(ServerCertificate.of(key, chain(store.getCertificateChain(alias))));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the key in " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (all.isEmpty()) {
      throw new IOException(file + " holds no private key");
    }
    return all;
  }

  private static List<X509Certificate> chain(Certificate[] chain) {
    return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
