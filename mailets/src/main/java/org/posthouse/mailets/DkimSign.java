/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs a message with DKIM (RFC 6376, rsa-sha256, relaxed/relaxed) as it is: one {@code
 * DKIM-Signature} line is put on top, the other header lines and the body stay byte for byte.
 *
 * <p>Place it last before RemoteDelivery: whatever changes the message afterwards breaks the
 * signature.
 *
 * <pre>{@code
 * <mailet match="All" class="DkimSign">
 *   <domain>example.com</domain>
 *   <selector>posthouse</selector>
 *   <keyFile>file://conf/dkim/private.key</keyFile>
 *   <headers>From, To, Subject, Date</headers>
 *   <whenKeyMissing>fail</whenKeyMissing>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code domain}: the signing domain (d=); required
 *   <li>{@code selector}: the selector (s=) under {@code _domainkey} of that domain; required
 *   <li>{@code keyFile}: an RSA private key in PEM, PKCS#8 or PKCS#1, not encrypted; a {@code
 *       file://} URL as elsewhere in James, an absolute path, or a path under {@code conf};
 *       required
 *   <li>{@code headers}: fields to sign, separated by commas. Each is signed once more than it
 *       occurs, so that none can be added later (RFC 6376 section 8.15). Default: {@link
 *       HeaderSelection#DEFAULT}
 *   <li>{@code whenKeyMissing}: what a missing key file does: {@code fail} stops the start, {@code
 *       pass} warns and lets mail through unsigned; default {@code fail}
 * </ul>
 */
public class DkimSign extends GenericMailet {
  private static final Logger LOGGER = LoggerFactory.getLogger(DkimSign.class);
  private static final Set<String> PARAMETERS =
      Set.of("domain", "selector", "keyFile", "headers", "whenKeyMissing");

  private final FileSystem fileSystem;

  private static final int LEAST_BITS = 1024;

  /** Null when there is no key and mail passes unsigned. */
  private @Nullable DkimSignature signature;

  @Inject
  public DkimSign(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public void init() throws MessagingException {
    Parameters parameters = Parameters.of(getMailetConfig(), PARAMETERS);
    String domain = parameters.name("domain");
    String selector = parameters.name("selector");
    if (selector.contains("_domainkey")) {
      throw new MessagingException(
          "mailet DkimSign: <selector> is what stands before ._domainkey."
              + domain
              + ", not '"
              + selector
              + "'");
    }
    List<String> headers =
        HeaderSelection.parse(parameters.optional("headers").orElse(HeaderSelection.DEFAULT));
    boolean mayPass = mayPass(parameters.optional("whenKeyMissing").orElse("fail"));
    PrivateKey key = readKey(parameters.required("keyFile"), mayPass);
    signature = key == null ? null : new DkimSignature(domain, selector, headers, key);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (signature != null) {
      TopHeader.put(mail.getMessage(), signature.sign(mail.getMessage()));
    }
  }

  @Override
  public String getMailetInfo() {
    return "DkimSign";
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

  private @Nullable PrivateKey readKey(String keyFile, boolean mayPass) throws MessagingException {
    try {
      Path file = locate(keyFile);
      PrivateKey key = RsaKeyFile.read(Files.readString(file));
      if (isOpenToAll(file)) {
        LOGGER.warn("mailet DkimSign: {} can be read by everybody: chmod 600 it", file);
      }
      requireStrong(key, keyFile);
      return key;
    } catch (NoSuchFileException | FileNotFoundException e) {
      if (mayPass) {
        LOGGER.warn("mailet DkimSign: no key file {}: mail passes unsigned", keyFile);
        return null;
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
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new MessagingException(
          "mailet DkimSign: cannot read key file " + keyFile + ": " + e, e);
    }
  }

  /** Verifiers take a signature by a shorter key for none (RFC 8301 section 3.2). */
  private static void requireStrong(PrivateKey key, String keyFile) throws MessagingException {
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_BITS) {
      throw new MessagingException(
          "mailet DkimSign: the key in "
              + keyFile
              + " has "
              + rsa.getModulus().bitLength()
              + " bits, at least "
              + LEAST_BITS
              + " are needed and 2048 are right");
    }
  }

  private static boolean isOpenToAll(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (UnsupportedOperationException e) {
      return false; // a file system without such permissions
    }
  }

  private Path locate(String keyFile) throws IOException {
    if (keyFile.contains("://")) {
      return fileSystem.getFile(keyFile).toPath();
    }
    if (new File(keyFile).isAbsolute()) {
      return Path.of(keyFile);
    }
    return fileSystem.getFile("file://conf/" + keyFile).toPath();
  }
}
