/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.HmacSha256;

/**
 * Logins that a directory has accepted a short while ago, found by an HMAC under a key that lives
 * and dies with the process. Failures are never kept.
 */
final class Remembered {
  private static final int MOST_ENTRIES = 10_000;

  private final byte[] key = new byte[32];
  private final Cache<ByteBuffer, CheckResult> results;

  Remembered(Duration lifetime, Ticker ticker) {
    new SecureRandom().nextBytes(key);
    this.results =
        CacheBuilder.newBuilder()
            .expireAfterWrite(lifetime)
            .maximumSize(lifetime.isZero() ? 0 : MOST_ENTRIES)
            .ticker(ticker)
            .build();
  }

  Optional<CheckResult> find(String login, String password) {
    return Optional.ofNullable(results.getIfPresent(hash(login, password)));
  }

  void put(String login, String password, CheckResult accepted) {
    results.put(hash(login, password), accepted);
  }

  /** A login holds no NUL, so the parts cannot run into each other. */
  private ByteBuffer hash(String login, String password) {
    return ByteBuffer.wrap(
        HmacSha256.of(key, (login + "\0").getBytes(UTF_8), password.getBytes(UTF_8)));
  }
}
