/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a password: a SCRAM-SHA-256 verifier (RFC 5802 section 3, RFC 7677).
 *
 * <p>Written as in RFC 5803: {@code SCRAM-SHA-256$ITERATIONS:SALT$STORED-KEY:SERVER-KEY}, base64.
 */
public final class ScramVerifier {
  /** RFC 7677 section 4. */
  public static final int LEAST_ITERATIONS = 4096;

  /** Cyrus SASL, and so a Postfix that logs in, refuses to compute more. */
  public static final int DEFAULT_ITERATIONS = 65_536;

  /** One login must not occupy a core for more than a second. */
  static final int MOST_ITERATIONS = 2_000_000;

  private static final int KEY_OCTETS = 32;
  private static final String BASE64 = "([A-Za-z0-9+/]+={0,2})";
  private static final Pattern TEXT =
      Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,9}):" + BASE64 + "\\$" + BASE64 + ":" + BASE64);

  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    this.iterations = iterations;
    this.salt = salt;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  static ScramVerifier of(byte[] saltedPassword, byte[] salt, int iterations) {
    byte[] clientKey = HmacSha256.of(saltedPassword, "Client Key".getBytes(US_ASCII));
    byte[] serverKey = HmacSha256.of(saltedPassword, "Server Key".getBytes(US_ASCII));
    return new ScramVerifier(iterations, salt.clone(), sha256(clientKey), serverKey);
  }

  /**
   * @throws IllegalArgumentException when the text is no verifier, or one that is too weak or too
   *     costly; the message never repeats the text
   */
  static ScramVerifier parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected SCRAM-SHA-256$ITERATIONS:SALT$STORED-KEY:SERVER-KEY");
    }
    int iterations = Integer.parseInt(matcher.group(1));
    if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw new IllegalArgumentException(
          "iterations must be between " + LEAST_ITERATIONS + " and " + MOST_ITERATIONS);
    }
    return new ScramVerifier(
        iterations,
        decode("salt", matcher.group(2), 8, 64),
        decode("stored key", matcher.group(3), KEY_OCTETS, KEY_OCTETS),
        decode("server key", matcher.group(4), KEY_OCTETS, KEY_OCTETS));
  }

  private static byte[] decode(String what, String base64, int least, int most) {
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the " + what + " is no base64", e);
    }
    if (octets.length < least || octets.length > most) {
      throw new IllegalArgumentException("the " + what + " has " + octets.length + " octets");
    }
    return octets;
  }

  /** Whether the salted password is the one behind this verifier; takes constant time. */
  boolean matches(byte[] saltedPassword) {
    byte[] clientKey = HmacSha256.of(saltedPassword, "Client Key".getBytes(US_ASCII));
    return MessageDigest.isEqual(sha256(clientKey), storedKey);
  }

  /**
   * Whether a SCRAM client's proof shows the password (RFC 5802 section 3); takes constant time.
   *
   * @param proof ClientProof, 32 octets
   */
  public boolean matches(byte[] authMessage, byte[] proof) {
    byte[] clientKey = HmacSha256.of(storedKey, authMessage);
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= proof[i];
    }
    return MessageDigest.isEqual(sha256(clientKey), storedKey);
  }

  /** One that no password is behind, with keys of random octets. */
  static ScramVerifier decoy(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    return new ScramVerifier(iterations, salt, storedKey, serverKey);
  }

  public int iterations() {
    return iterations;
  }

  public byte[] salt() {
    return salt.clone();
  }

  public byte[] storedKey() {
    return storedKey.clone();
  }

  public byte[] serverKey() {
    return serverKey.clone();
  }

  /** Whether one derived key serves both verifiers. */
  boolean sharesSaltWith(ScramVerifier other) {
    return iterations == other.iterations && Arrays.equals(salt, other.salt);
  }

  /** The form that the file of users holds. */
  public String asText() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$"
        + iterations
        + ":"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(storedKey)
        + ":"
        + base64.encodeToString(serverKey);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScramVerifier that
        && sharesSaltWith(that)
        && MessageDigest.isEqual(storedKey, that.storedKey)
        && MessageDigest.isEqual(serverKey, that.serverKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(storedKey);
  }

  /** Without the keys, so that no log holds them. */
  @Override
  public String toString() {
    return "SCRAM-SHA-256$" + iterations;
  }

  private static byte[] sha256(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }
}
