/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.config.NamedFile;
import org.posthouse.config.Settings;

/** The element {@code tls} of a door, and the files it names. */
record TlsCheck(Settings door, HierarchicalConfiguration<ImmutableNode> values, FileSystem files) {
  void check() {
    boolean implicit = door.truth("tls[@socketTLS]", false);
    boolean startTls = door.truth("tls[@startTLS]", false);
    if (implicit && startTls) {
      door.problem("tls", "socketTLS and startTLS exclude each other");
    }
    boolean used = implicit || startTls;
    Optional<String> keystore = file("tls.keystore", used);
    // Stock prefers the keystore; then the other two are not read.
    boolean pem = used && keystore.isEmpty();
    Optional<String> key = file("tls.privateKey", pem);
    Optional<String> certificates = file("tls.certificates", pem);
    if (used && keystore.isEmpty() && (key.isEmpty() || certificates.isEmpty())) {
      door.problem("tls", "it needs <privateKey> and <certificates>, or a <keystore>");
    }
    door.text("tls.keystoreType");
    Optional<String> secret = door.text("tls.secret");
    if (pem) {
      new PemCheck(door, secret.orElse(""))
          .check(key.flatMap(this::readable), certificates.flatMap(this::readable));
    }
    clientCertificates(used);
    door.dead("tls.provider", "nothing reads it; remove it");
    door.dead("tls.algorithm", "nothing reads it; remove it");
  }

  private void clientCertificates(boolean used) {
    file("tls.clientAuth.truststore", used);
    door.text("tls.clientAuth.truststoreType");
    door.text("tls.clientAuth.truststoreSecret");
    door.texts("tls.clientAuth");
    door.truth("tls.enableOCSPCRLChecks", false);
    door.texts("tls.supportedCipherSuites.cipherSuite");
    door.texts("tls.supportedProtocols.protocol");
  }

  /** The setting's value; a problem is added when its file cannot be read. */
  private Optional<String> file(String key, boolean used) {
    Optional<String> url = door.text(key).filter(text -> !text.isEmpty());
    if (used) {
      url.flatMap(this::unreadable).ifPresent(text -> door.problem(key, text));
    }
    return url;
  }

  private Optional<String> unreadable(String url) {
    if (!url.matches("[a-z]+:.*")) {
      return Optional.of("'" + url + "' needs file:// in front of it: file://" + url);
    }
    if (!url.startsWith(FileSystem.FILE_PROTOCOL)) {
      return Optional.empty();
    }
    try {
      return NamedFile.problem(path(url));
    } catch (IOException e) {
      return Optional.of(url + " does not exist");
    }
  }

  /** The file of a URL; empty when it is none that can be looked at. */
  private Optional<Path> readable(String url) {
    try {
      return url.startsWith(FileSystem.FILE_PROTOCOL) && unreadable(url).isEmpty()
          ? Optional.of(path(url))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path path(String url) throws IOException {
    return files.getFile(url).toPath().normalize();
  }
}
