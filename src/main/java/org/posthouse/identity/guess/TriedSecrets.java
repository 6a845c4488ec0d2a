/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.posthouse.identity.HmacSha256;

/** Which secrets an address has tried for a login, as codes under a key of this process. */
final class TriedSecrets {
  private final byte[] key = new byte[32];
  private final Cache<ByteBuffer, Boolean> tried;

  /**
   * Knows none yet.
   *
   * @param tried bounded, and forgets in time
   */
  TriedSecrets(Cache<ByteBuffer, Boolean> tried) {
    new SecureRandom().nextBytes(key);
    this.tried = tried;
  }

  /** Whether it was not tried before; from now on it was. */
  boolean isNew(Attempt attempt, String secret) {
    // A login in its normal form holds no NUL, so the parts cannot run into each other.
    byte[] who = (attempt.spot().of() + "\0").getBytes(UTF_8);
    ByteBuffer code = ByteBuffer.wrap(HmacSha256.of(key, who, secret.getBytes(UTF_8)));
    return tried.asMap().putIfAbsent(code, true) == null;
  }
}
