/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.unsubscribe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.posthouse.secret.Secrets;

/**
 * What a one-click link says, signed so that nobody can unsubscribe others (RFC 8058 section 3.1).
 *
 * <pre>
 * token   = "1." payload "." code
 * payload = base64url of, in UTF-8: day LF recipient LF list
 * code    = base64url of HMAC-SHA-256 over the token before its last dot, in ASCII
 * </pre>
 *
 * <p>base64url is without padding (RFC 4648 section 5); the key of the HMAC is a line of the file
 * of secrets as it stands there, not decoded. All characters of a token are unreserved in URIs (RFC
 * 3986 section 2.3). It is signed, not encrypted: whoever has the link can read the address.
 *
 * @param day when the mail was sent, days since 1970 began (UTC)
 * @param recipient the address to unsubscribe
 * @param list what from; may be empty
 */
public record UnsubscribeToken(long day, String recipient, String list) {
  /** Characters of the longest token that is read. */
  public static final int LONGEST = 2048;

  private static final String VERSION = "1.";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /**
   * @throws IllegalArgumentException when recipient or list hold a line feed
   */
  public UnsubscribeToken {
    if (recipient.indexOf('\n') >= 0 || list.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line feed in the recipient or the list");
    }
  }

  /** The token as it stands in a link. */
  public String signed(Secrets secrets) {
    String payload = String.join("\n", Long.toString(day), recipient, list);
    String head = VERSION + ENCODER.encodeToString(payload.getBytes(UTF_8));
    return head + "." + ENCODER.encodeToString(secrets.sign(Secrets.HMAC_SHA256, head));
  }

  /**
   * Reads what came by a link. How old it may be is for the caller to say.
   *
   * @return empty when it was not made by one of the secrets
   */
  public static Optional<UnsubscribeToken> read(String token, Secrets secrets) {
    int dot = token.lastIndexOf('.');
    if (token.length() > LONGEST || !token.startsWith(VERSION) || dot < VERSION.length()) {
      return Optional.empty();
    }
    String head = token.substring(0, dot);
    byte[] code = token.substring(dot + 1).getBytes(UTF_8);
    boolean isRight =
        secrets.verify(
            Secrets.HMAC_SHA256, head, right -> MessageDigest.isEqual(ENCODER.encode(right), code));
    return isRight ? Optional.of(ofPayload(head.substring(VERSION.length()))) : Optional.empty();
  }

  /** What we signed can be read. */
  private static UnsubscribeToken ofPayload(String payload) {
    String[] parts = new String(Base64.getUrlDecoder().decode(payload), UTF_8).split("\n", 3);
    return new UnsubscribeToken(Long.parseLong(parts[0]), parts[1], parts[2]);
  }
}
