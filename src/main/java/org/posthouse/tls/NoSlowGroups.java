/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client from choosing a finite-field group (RFC 7919), of which ffdhe8192 costs the door a
 * hundred times what it costs the client. With a DHE suite in the file, the two smallest stay.
 */
final class NoSlowGroups implements AlgorithmConstraints {
  private final Set<String> kept;

  NoSlowGroups(List<String> ciphers) {
    boolean dhe = ciphers.stream().anyMatch(cipher -> cipher.contains("_DHE_"));
    kept = dhe ? Set.of("ffdhe2048", "ffdhe3072") : Set.of();
  }

  @Override
  public boolean permits(
      @Nullable Set<CryptoPrimitive> primitives,
      @Nullable String algorithm,
      @Nullable AlgorithmParameters parameters) {
    return algorithm == null || !algorithm.startsWith("ffdhe") || kept.contains(algorithm);
  }

  @Override
  public boolean permits(@Nullable Set<CryptoPrimitive> primitives, @Nullable Key key) {
    return true;
  }

  @Override
  public boolean permits(
      @Nullable Set<CryptoPrimitive> primitives,
      @Nullable String algorithm,
      @Nullable Key key,
      @Nullable AlgorithmParameters parameters) {
    return permits(primitives, algorithm, parameters);
  }
}
