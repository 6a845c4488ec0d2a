/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.secret.SecretFile;
import org.posthouse.secret.Secrets;

/** Reads the secrets that a mailet's parameter {@code secretFile} names. */
final class SecretsParameter {
  private SecretsParameter() {}

  /**
   * @param mailet its name, for messages
   * @param file a {@code file://} URL as elsewhere in James, an absolute path, or one under {@code
   *     conf}
   */
  static Secrets read(FileSystem fileSystem, String mailet, String file) throws MessagingException {
    try {
      return SecretFile.read(ConfigurationFile.locate(fileSystem, file));
    } catch (IOException e) {
      throw new MessagingException("mailet " + mailet + ": <secretFile>: " + e.getMessage(), e);
    }
  }
}
