/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Logins that succeeded a short while ago, so that the slow hash need not run again.
 *
 * <p>An entry is found by an HMAC over user, credential and password under a key that lives and
 * dies with the process: a dump of the cache is of no use elsewhere. It holds as long as the file
 * has the very verifier that it was checked against. Failures are never kept.
 */
final class SuccessCache {
  static final Duration LIFETIME = Duration.ofMinutes(5);
  static final int MOST_ENTRIES = 10_000;

  private record Entry(UserName user, Credential credential, long expiresAt) {}

  private final byte[] key = new byte[32];
  private final LongSupplier nanoClock;
  private final Map<ByteBuffer, Entry> entries = new OldestGoFirst();

  SuccessCache(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    new SecureRandom().nextBytes(key);
  }

  /** The credential that this password is known to open. */
  Optional<Credential> find(UserRecord user, String password) {
    return user.credentials().stream()
        .filter(credential -> holds(user.name(), credential, password))
        .findFirst();
  }

  private boolean holds(UserName user, Credential credential, String password) {
    ByteBuffer hash = hash(user, credential.name(), password);
    synchronized (entries) {
      Entry entry = entries.get(hash);
      if (entry == null) {
        return false;
      }
      if (nanoClock.getAsLong() - entry.expiresAt() >= 0) {
        entries.remove(hash);
        return false;
      }
      return entry.credential().equals(credential);
    }
  }

  void put(UserName user, Credential credential, String password) {
    ByteBuffer hash = hash(user, credential.name(), password);
    long expiresAt = nanoClock.getAsLong() + LIFETIME.toNanos();
    synchronized (entries) {
      // Removed first, so that the order stays that of expiry.
      entries.remove(hash);
      entries.put(hash, new Entry(user, credential, expiresAt));
    }
  }

  /** Drops what the file has no more, or has otherwise. */
  void retain(UserTable table) {
    synchronized (entries) {
      entries.values().removeIf(entry -> !isCurrent(table, entry));
    }
  }

  private static boolean isCurrent(UserTable table, Entry entry) {
    return table
        .user(entry.user())
        .flatMap(user -> user.credential(entry.credential().name()))
        .filter(entry.credential()::equals)
        .isPresent();
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  /** Names hold no NUL, so the parts cannot run into each other. */
  private ByteBuffer hash(UserName user, String credential, String password) {
    String names = user + "\0" + credential + "\0";
    return ByteBuffer.wrap(HmacSha256.of(key, names.getBytes(UTF_8), password.getBytes(UTF_8)));
  }

  /** In order of insertion, bounded. */
  private static final class OldestGoFirst extends LinkedHashMap<ByteBuffer, Entry> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(
        Map.@Nullable Entry<ByteBuffer, SuccessCache.Entry> eldest) {
      return size() > MOST_ENTRIES;
    }
  }
}
