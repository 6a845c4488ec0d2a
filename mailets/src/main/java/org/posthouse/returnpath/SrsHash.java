/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import org.posthouse.secret.Secrets;

/**
 * The hash of an SRS address: the first characters, in base64, of an HMAC by SHA-1 over the parts
 * of the address in lower case, one behind the other.
 *
 * @param length characters of new hashes, and the fewest that are believed
 */
record SrsHash(Secrets secrets, int length) {
  String of(String... parts) {
    return base64(secrets.sign(Secrets.HMAC_SHA1, text(parts))).substring(0, length);
  }

  /** Case does not count: there are hosts that change it, whatever RFC 5321 section 2.4 says. */
  boolean isRight(String hash, String... parts) {
    byte[] given = AsciiCase.lower(hash).getBytes(UTF_8);
    return hash.length() >= length
        && secrets.verify(
            Secrets.HMAC_SHA1,
            text(parts),
            code -> {
              String whole = AsciiCase.lower(base64(code));
              String right = whole.substring(0, Math.min(whole.length(), hash.length()));
              return MessageDigest.isEqual(right.getBytes(UTF_8), given);
            });
  }

  private static String text(String... parts) {
    return AsciiCase.lower(String.join("", parts));
  }

  private static String base64(byte[] code) {
    return Base64.getEncoder().withoutPadding().encodeToString(code);
  }
}
