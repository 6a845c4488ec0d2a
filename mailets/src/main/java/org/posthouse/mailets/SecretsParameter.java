/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.secret.SecretFile;
import org.posthouse.secret.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the secrets that a mailet's parameter {@code secretFile} names. */
final class SecretsParameter {
  private static final String NAME = "secretFile";

  private static final Logger LOGGER = LoggerFactory.getLogger(SecretsParameter.class);

  private SecretsParameter() {}

  /**
   * Reads them from a {@code file://} URL as elsewhere in James, an absolute path, or one under
   * {@code conf}.
   *
   * @throws MessagingException when there are none to read
   */
  static Secrets read(Parameters parameters, FileSystem fileSystem) throws MessagingException {
    String file = parameters.required(NAME);
    try {
      return SecretFile.read(ConfigurationFile.locate(fileSystem, file));
    } catch (IOException e) {
      LOGGER.debug("No secrets in {}", file, e);
      throw parameters.refusal(NAME, "is wrong: " + e.getMessage());
    }
  }
}
