/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SHA-256 of a certificate, in DER.
 *
 * @param hex 64 digits, in lower case
 */
public record Fingerprint(String hex) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?i)(sha-?256( fingerprint)?[:=])?([0-9a-f]{2}(:[0-9a-f]{2}){31}|[0-9a-f]{64})");

  /**
   * Reads what openssl and Postfix write: digits with colons or without, {@code SHA256:} before
   * them or not.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  public static Fingerprint parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no fingerprint; write SHA256: and the 64 digits that `openssl x509 -noout"
              + " -fingerprint -sha256` shows");
    }
    return new Fingerprint(matcher.group(3).replace(":", "").toLowerCase(Locale.ROOT));
  }

  static Fingerprint of(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Fingerprint(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a certificate without SHA-256", e);
    }
  }
}
