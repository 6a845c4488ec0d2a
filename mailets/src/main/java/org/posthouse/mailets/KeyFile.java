/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.dkim.PrivateKeyFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private key that the parameter {@code keyFile} names. */
final class KeyFile {
  static final String PARAMETER = "keyFile";

  private static final Logger LOGGER = LoggerFactory.getLogger(KeyFile.class);

  private KeyFile() {}

  /** What is made of a key. */
  interface Use<K> {
    /**
     * Makes it of a key.
     *
     * @throws GeneralSecurityException when it cannot be made of this one
     */
    K of(Path file, PrivateKey key) throws GeneralSecurityException;
  }

  /**
   * Reads it.
   *
   * @throws MessagingException when it is missing, no such key, or can be read by everybody
   */
  static <K> K read(Parameters parameters, FileSystem files, Use<K> use) throws MessagingException {
    return find(parameters, files, use)
        .orElseThrow(
            () ->
                parameters.refusal(
                    PARAMETER, "names no file: " + parameters.optional(PARAMETER).orElse("")));
  }

  /**
   * Reads it if it is there.
   *
   * @throws MessagingException when it is no such key, or can be read by everybody
   */
  static <K> Optional<K> find(Parameters parameters, FileSystem files, Use<K> use)
      throws MessagingException {
    String name = parameters.required(PARAMETER);
    try {
      Path file = ConfigurationFile.locate(files, name);
      K key = use.of(file, PrivateKeyFile.read(file));
      if (PrivateKeyFile.permissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        throw parameters.refusal(PARAMETER, name + " can be read by everybody: chmod 600 it");
      }
      return Optional.of(key);
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      String user = System.getProperty("user.name");
      throw refusal(
          parameters, name + " cannot be read: permission denied for user '" + user + "'", e);
    } catch (InvalidKeyException e) {
      throw refusal(parameters, name + ": the key " + e.getMessage(), e);
    } catch (IOException | GeneralSecurityException e) {
      throw refusal(parameters, name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static MessagingException refusal(Parameters parameters, String problem, Exception e) {
    LOGGER.debug("No key", e);
    return parameters.refusal(PARAMETER, problem);
  }
}
