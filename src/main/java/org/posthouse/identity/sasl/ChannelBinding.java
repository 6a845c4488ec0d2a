/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tells the TLS channel of a client from any other's.
 *
 * <p>Only tls-server-end-point (RFC 5929 section 4): JSSE gives a server neither what tls-unique
 * takes nor, before Java 25, the keying material of tls-exporter (RFC 9266).
 */
public final class ChannelBinding {
  /** Its registered name. */
  public static final String TYPE = "tls-server-end-point";

  private static final Pattern SIGNATURE = Pattern.compile("(MD5|SHA-?\\d+)WITH.*");

  private final byte[] data;

  private ChannelBinding(byte[] data) {
    this.data = data;
  }

  /**
   * That of a channel whose server has shown this certificate; empty where the RFC defines none, as
   * for EdDSA.
   */
  public static Optional<ChannelBinding> of(X509Certificate server) {
    try {
      Optional<String> hash = hash(server);
      return hash.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ChannelBinding(
                  MessageDigest.getInstance(hash.get()).digest(server.getEncoded())));
    } catch (GeneralSecurityException | java.io.IOException e) {
      return Optional.empty(); // a hash that this Java has not
    }
  }

  /** The hash of the certificate's signature, but SHA-256 for the two that are broken. */
  private static Optional<String> hash(X509Certificate certificate)
      throws GeneralSecurityException, java.io.IOException {
    String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (name.equals("RSASSA-PSS")) {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(certificate.getSigAlgParams());
      return Optional.of(
          usable(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm()));
    }
    Matcher matcher = SIGNATURE.matcher(name);
    return matcher.matches() ? Optional.of(usable(matcher.group(1))) : Optional.empty();
  }

  private static String usable(String hash) {
    String plain = hash.replace("-", "").toUpperCase(Locale.ROOT);
    return plain.equals("MD5") || plain.equals("SHA1")
        ? "SHA-256"
        : plain.replaceFirst("SHA(\\d)", "SHA-$1");
  }

  byte[] data() {
    return data.clone();
  }
}
