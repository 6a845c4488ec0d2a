/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.dkim.DomainName;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.signing.FromPattern;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.Validity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one key that the parameters of DkimSign name themselves, which signs all mail. */
final class SingleKey {
  static final Set<String> PARAMETERS = Set.of("domain", "selector", "keyFile", "whenKeyMissing");

  private static final Logger LOGGER = LoggerFactory.getLogger(SingleKey.class);

  private SingleKey() {}

  /**
   * A table with nothing but the key; empty when there is none and mail may pass unsigned.
   *
   * @throws MessagingException when a parameter is wrong, or the key cannot be used
   */
  static Optional<KeyTable> read(Parameters parameters, FileSystem files)
      throws MessagingException {
    String domain = name(parameters, "domain");
    String selector = name(parameters, "selector");
    if (selector.contains("_domainkey")) {
      throw new MessagingException(
          "mailet DkimSign: <selector> is what stands before ._domainkey."
              + domain
              + ", not '"
              + selector
              + "'");
    }
    boolean mayPass = mayPass(parameters.optional("whenKeyMissing").orElse("fail"));
    return readKey(parameters.required("keyFile"), selector, mayPass, files)
        .map(key -> new SigningDomain(new FromPattern.Default(), domain, List.of(key)))
        .map(signing -> new KeyTable(List.of(signing)));
  }

  private static String name(Parameters parameters, String parameter) throws MessagingException {
    String name = parameters.name(parameter);
    return DomainName.ofText(name)
        .orElseThrow(
            () ->
                new MessagingException(
                    "mailet DkimSign: the " + parameter + " '" + name + "' is not a name of DNS"));
  }

  private static boolean mayPass(String whenKeyMissing) throws MessagingException {
    return switch (whenKeyMissing) {
      case "fail" -> false;
      case "pass" -> true;
      default ->
          throw new MessagingException(
              "mailet DkimSign: <whenKeyMissing> is 'fail' or 'pass', not '"
                  + whenKeyMissing
                  + "'");
    };
  }

  private static Optional<TableKey> readKey(
      String keyFile, String selector, boolean mayPass, FileSystem files)
      throws MessagingException {
    try {
      Path file = ConfigurationFile.locate(files, keyFile);
      PrivateKey key = PrivateKeyFile.read(file);
      if (KeyFile.isOpenToAll(file)) {
        LOGGER.warn("mailet DkimSign: {} can be read by everybody: chmod 600 it", file);
      }
      return Optional.of(TableKey.of(selector, file, Validity.ALWAYS, key));
    } catch (NoSuchFileException | FileNotFoundException e) {
      if (mayPass) {
        LOGGER.warn("mailet DkimSign: no key file {}: mail passes unsigned", keyFile);
        return Optional.empty();
      }
      throw new MessagingException("mailet DkimSign: no key file " + keyFile, e);
    } catch (AccessDeniedException e) {
      throw new MessagingException(
          "mailet DkimSign: <keyFile> "
              + keyFile
              + " cannot be read: permission denied for user '"
              + System.getProperty("user.name")
              + "'",
          e);
    } catch (InvalidKeyException e) {
      throw new MessagingException(
          "mailet DkimSign: the key in " + keyFile + " " + e.getMessage(), e);
    } catch (IOException | GeneralSecurityException e) {
      throw new MessagingException(
          "mailet DkimSign: cannot read key file " + keyFile + ": " + e, e);
    }
  }
}
