/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Secrets of which the first signs and all verify, so that one can follow another. */
public final class Secrets {
  /** HMAC by SHA-1, as SRS has it (RFC 2104). */
  public static final String HMAC_SHA1 = "HmacSHA1";

  /** HMAC by SHA-256 (RFC 6234). */
  public static final String HMAC_SHA256 = "HmacSHA256";

  private final List<byte[]> keys;

  private Secrets(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Secrets from text, one char one octet.
   *
   * @param texts none of them empty
   * @throws IllegalArgumentException when there is none or an empty one
   */
  public static Secrets of(List<String> texts) {
    if (texts.isEmpty() || texts.contains("")) {
      throw new IllegalArgumentException("a secret is missing or empty");
    }
    return new Secrets(texts.stream().map(text -> text.getBytes(ISO_8859_1)).toList());
  }

  /**
   * The code of a text, in UTF-8, by the first secret.
   *
   * @param algorithm one of the constants
   */
  public byte[] sign(String algorithm, String text) {
    return code(algorithm, keys.get(0), text);
  }

  /**
   * Whether the code that some secret gives is the right one.
   *
   * @param isRight compares in constant time; all secrets are tried whatever it says
   */
  public boolean verify(String algorithm, String text, Predicate<byte[]> isRight) {
    boolean found = false;
    for (byte[] key : keys) {
      found |= isRight.test(code(algorithm, key, text));
    }
    return found;
  }

  private static byte[] code(String algorithm, byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
