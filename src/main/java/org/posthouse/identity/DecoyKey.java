/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The key of the salts that unknown users are told, kept so that they outlive a restart. */
public final class DecoyKey {
  private static final int OCTETS = 32;

  private DecoyKey() {}

  /**
   * Reads the key, or makes one.
   *
   * @param directory holds the file {@code scram-decoy.key}, mode 0600; is made when missing
   * @throws IOException when it can be neither read nor made
   */
  public static byte[] in(Path directory) throws IOException {
    Path file = Files.createDirectories(directory).resolve("scram-decoy.key");
    if (Files.exists(file)) {
      byte[] known = Files.readAllBytes(file);
      if (known.length == OCTETS) {
        return known;
      }
    }
    return make(file); // the first, or one that a crash has torn
  }

  private static byte[] make(Path file) throws IOException {
    byte[] key = new byte[OCTETS];
    new SecureRandom().nextBytes(key);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(CREATE, TRUNCATE_EXISTING, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(key);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
    return key;
  }
}
