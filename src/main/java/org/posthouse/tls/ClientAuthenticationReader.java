/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Settings;

/** What a door wants of certificates of clients: the element {@code clientAuth}. */
record ClientAuthenticationReader(Settings tls, UrlFiles files, boolean used) {
  private static final String ELEMENT = "clientAuth";
  private static final String AUTHORITIES = "authorities";
  private static final String TRUSTSTORE = "truststore";
  private static final String ANY = "any";

  ClientAuthentication read() {
    boolean revocation = tls.truth("enableOCSPCRLChecks", false);
    List<Settings> written = tls.parts(ELEMENT);
    Settings clients = tls.section(ELEMENT);
    String mode = clients.word("[@mode]", "need", "want", "need");
    textIsNeed(clients);
    List<String> named = clients.texts(AUTHORITIES).stream().filter(t -> !t.isEmpty()).toList();
    String type = clients.text("truststoreType").orElse("JKS");
    String secret = clients.text("truststoreSecret").orElse("");
    clients.texts(TRUSTSTORE);
    if (written.isEmpty()) {
      return ClientAuthentication.NONE;
    }
    if (!used) {
      tls.problem(
          ELEMENT, "there are no certificates without TLS: socketTLS or startTLS is missing");
      return ClientAuthentication.NONE;
    }
    boolean any = named.contains(ANY);
    KeystoreFile truststore = truststore(clients, type, secret);
    List<Path> authorities = authorities(clients, named);
    if (named.isEmpty() && clients.text(TRUSTSTORE).isEmpty()) {
      clients.warning(
          "", "every public authority is trusted: name <authorities> or a <truststore>");
    }
    return new ClientAuthentication(
        ClientAuthentication.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
        any,
        authorities,
        truststore,
        revocation);
  }

  /** Stock takes whatever text for "need", and so there is one that says it. */
  private static void textIsNeed(Settings clients) {
    for (String text : clients.texts("")) {
      if (!text.isEmpty() && !text.equalsIgnoreCase("need")) {
        clients.problem("", "'" + text + "' is none of need; the attribute mode may be want");
      }
    }
  }

  private @Nullable KeystoreFile truststore(Settings clients, String type, String secret) {
    Optional<Path> file = files.file(clients, TRUSTSTORE);
    if (file.isEmpty()) {
      return null;
    }
    KeystoreFile store = new KeystoreFile(file.get(), type, secret);
    try {
      if (store.load().size() == 0) {
        clients.problem(TRUSTSTORE, store.file() + " holds no certificate");
      }
    } catch (IOException e) {
      clients.problem(TRUSTSTORE, String.valueOf(e.getMessage()));
    } catch (KeyStoreException e) {
      throw new IllegalStateException(e); // it is loaded
    }
    return store;
  }

  private List<Path> authorities(Settings clients, List<String> named) {
    List<Path> all = new ArrayList<>();
    for (String each : named) {
      if (!each.equals(ANY)) {
        files.file(clients, AUTHORITIES, each).ifPresent(all::add);
      }
    }
    all.forEach(file -> look(clients, file));
    return all;
  }

  private static void look(Settings clients, Path file) {
    try {
      for (X509Certificate each : PemFiles.readCertificates(file)) {
        if (each.getNotAfter().toInstant().isBefore(Instant.now())) {
          clients.warning(
              AUTHORITIES,
              each.getSubjectX500Principal()
                  + " in "
                  + file
                  + " expired at "
                  + each.getNotAfter().toInstant());
        }
      }
    } catch (IOException e) {
      clients.problem(AUTHORITIES, String.valueOf(e.getMessage()));
    }
  }
}
