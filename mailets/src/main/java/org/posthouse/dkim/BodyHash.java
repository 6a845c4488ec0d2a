/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The SHA-256 of a body in canonical form, or of its beginning (RFC 6376 section 3.5, l=). */
public final class BodyHash {
  /** The length that stands for the whole body. */
  static final long WHOLE = Long.MAX_VALUE;

  private final MessageDigest sha256 = newSha256();
  private final long length;
  private long left;
  private byte @Nullable [] value;

  BodyHash(long length) {
    this.length = length;
    this.left = length;
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void update(byte[] octets, int offset, int count) {
    int taken = (int) Math.min(count, left);
    sha256.update(octets, offset, taken);
    left -= taken;
  }

  void finish() {
    value = sha256.digest();
  }

  /**
   * The hash, 32 octets.
   *
   * @throws IllegalStateException before the body is over
   */
  public byte[] value() {
    if (value == null) {
      throw new IllegalStateException("the body is not over");
    }
    return value.clone();
  }

  /** Whether the body had fewer octets than the length asked for. */
  boolean isShort() {
    return length != WHOLE && left > 0;
  }
}
