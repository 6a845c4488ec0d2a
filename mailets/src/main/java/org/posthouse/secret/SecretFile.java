/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Reads a file of secrets: one a line, the newest first. Blank lines and lines that begin with #
 * are passed over, blanks around a secret too. It is never made: relays that share a domain need
 * the same one, and a wrong path must not make a new one in silence.
 */
public final class SecretFile {
  /** Octets of the shortest secret: what 96 random bits have in base64. */
  public static final int LEAST_LENGTH = 16;

  private static final int MOST_SECRETS = 16;
  private static final int MOST_OCTETS = 64 * 1024;
  private static final Set<PosixFilePermission> TOO_OPEN =
      Set.of(GROUP_WRITE, OTHERS_READ, OTHERS_WRITE, OTHERS_EXECUTE);

  private SecretFile() {}

  /**
   * Reads the file whole.
   *
   * @throws IOException when it cannot be read, is open to others, or holds no good secrets; the
   *     message says how to make it right and never holds a secret
   */
  public static Secrets read(Path file) throws IOException {
    byte[] octets = content(file);
    requirePrivate(file);
    List<String> lines =
        new String(octets, ISO_8859_1)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    if (lines.isEmpty() || lines.size() > MOST_SECRETS) {
      throw new IOException(
          file + " holds " + lines.size() + " secrets; there must be 1 to " + MOST_SECRETS);
    }
    if (lines.stream().anyMatch(line -> line.length() < LEAST_LENGTH)) {
      throw new IOException(
          file + ": a secret has at least " + LEAST_LENGTH + " characters; " + recipe(file));
    }
    return Secrets.of(lines);
  }

  private static byte[] content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MOST_OCTETS + 1);
      if (octets.length > MOST_OCTETS) {
        throw new IOException(file + " is no file of secrets: it is larger than 64 KiB");
      }
      return octets;
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file + "; " + recipe(file), e);
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    try {
      if (!Collections.disjoint(Files.getPosixFilePermissions(file), TOO_OPEN)) {
        throw new IOException(file + " is open to others: chmod 600 " + file);
      }
    } catch (UnsupportedOperationException e) {
      return; // a file system without such permissions
    }
  }

  private static String recipe(Path file) {
    return "make one by: (umask 077; openssl rand -base64 24 > " + file + ")";
  }
}
