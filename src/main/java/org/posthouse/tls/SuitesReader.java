/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.posthouse.config.Settings;
import org.posthouse.spelling.NearestName;

/** Protocols and cipher suites that a door's settings name. */
record SuitesReader(Settings tls) {
  private static final String PROTOCOLS = "supportedProtocols.protocol";
  private static final String CIPHERS = "supportedCipherSuites.cipherSuite";

  List<String> protocols() {
    List<String> named = known(PROTOCOLS, "protocol", Suites.knownProtocols());
    for (String each : named) {
      if (!Suites.usableProtocols().contains(each)) {
        tls.warning(
            PROTOCOLS,
            "the JVM has "
                + each
                + " switched off: jdk.tls.disabledAlgorithms in its file java.security");
      } else if (!Suites.PROTOCOLS.contains(each)) {
        tls.warning(
            PROTOCOLS,
            each + " is broken (RFC 8996), and needs a cipher suite of its time as well");
      }
    }
    return named.isEmpty() ? Suites.PROTOCOLS : named;
  }

  List<String> ciphers() {
    List<String> named = known(CIPHERS, "cipher suite", Suites.knownCiphers());
    for (String each : named) {
      if (!Suites.isGood(each)) {
        tls.warning(CIPHERS, each + " has no forward secrecy or no authenticated encryption");
      }
    }
    return named.isEmpty() ? Suites.CIPHERS : named;
  }

  private List<String> known(String key, String what, Set<String> all) {
    List<String> good = new ArrayList<>();
    for (String each : tls.texts(key)) {
      if (all.contains(each)) {
        good.add(each);
      } else {
        String near =
            NearestName.of(each, all.stream())
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
        tls.problem(key, "'" + each + "' is no " + what + near);
      }
    }
    return good;
  }

  /** Adds a problem for each kind of key that no handshake could end with. */
  void requireFit(
      List<String> protocols, List<String> ciphers, List<CertificateSource> certificates) {
    for (String type : keyTypes(certificates)) {
      boolean possible =
          protocols.stream()
              .filter(Suites.usableProtocols()::contains)
              .anyMatch(
                  protocol ->
                      ciphers.stream().anyMatch(cipher -> Suites.fits(protocol, cipher, type)));
      if (!possible) {
        tls.problem(
            "",
            "no handshake can succeed with the certificate's key, which is of the kind "
                + type
                + ": none of "
                + String.join(", ", protocols)
                + " has one of its cipher suites");
      }
    }
  }

  private static Set<String> keyTypes(List<CertificateSource> certificates) {
    return certificates.stream()
        .flatMap(SuitesReader::all)
        .map(ServerCertificate::keyType)
        .collect(Collectors.toSet());
  }

  private static Stream<ServerCertificate> all(CertificateSource source) {
    try {
      return source.read().stream();
    } catch (IOException e) {
      return Stream.empty(); // told where the files were looked at
    }
  }
}
