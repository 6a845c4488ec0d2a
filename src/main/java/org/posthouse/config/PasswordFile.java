/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with one line, a password. What it holds is in no message. */
public final class PasswordFile {
  private static final long MOST_OCTETS = 4096;

  private PasswordFile() {}

  /**
   * The password.
   *
   * @throws IllegalArgumentException when there is none; the message says why
   */
  public static String read(Path file) {
    NamedFile.problem(file).ifPresent(PasswordFile::refuse);
    try {
      if (Files.size(file) > MOST_OCTETS) {
        refuse(file + " holds more than a password");
      }
      return password(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(FileFailure.text(e), e);
    }
  }

  private static String password(Path file, byte[] octets) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not in UTF-8", e);
    }
    String password = text.replaceFirst("\\R\\z", "");
    if (password.isBlank()) {
      refuse(file + " is empty");
    }
    if (password.chars().anyMatch(Character::isISOControl)) {
      refuse(file + " holds more than one line, or control characters");
    }
    return password;
  }

  private static void refuse(String why) {
    throw new IllegalArgumentException(why);
  }
}
