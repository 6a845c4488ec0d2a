/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Files that hold a door's keys and certificates. Its text never has a secret in it. */
sealed interface CertificateSource permits PemFiles, KeystoreFile {
  /** All that may change, links included. */
  List<Path> files();

  /**
   * What the files hold now.
   *
   * @return not empty
   * @throws IOException when that is nothing whole; the message names the files
   */
  List<ServerCertificate> read() throws IOException;
}
