/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** A secret key that is made once and kept in a file of its own, so that it outlives a restart. */
public final class KeptKey {
  /** The key of the salts that unknown users are told. */
  public static final String DECOYS = "scram-decoy.key";

  /** The key of {@link Pseudonyms}. */
  public static final String PSEUDONYMS = "pseudonyms.key";

  private static final int OCTETS = 32;

  private KeptKey() {}

  /**
   * Reads a key, or makes one.
   *
   * @param directory holds the file, mode 0600; is made when missing
   * @param name of the file
   * @return 32 octets
   * @throws IOException when it can be neither read nor made
   */
  public static byte[] in(Path directory, String name) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name);
    Optional<byte[]> known = read(file);
    return known.isPresent() ? known.get() : make(file);
  }

  /**
   * Reads a key.
   *
   * @return empty when there is none yet, or none that is whole
   * @throws IOException when the file is there and cannot be read
   */
  public static Optional<byte[]> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Files.readAllBytes(file)).filter(known -> known.length == OCTETS)
        : Optional.empty();
  }

  private static byte[] make(Path file) throws IOException {
    byte[] key = new byte[OCTETS];
    new SecureRandom().nextBytes(key);
    PrivateFile.replace(
        file, out -> out.write(key)); // mail that is out for years may be known by it
    return key;
  }
}
