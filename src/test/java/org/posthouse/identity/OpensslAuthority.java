/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.posthouse.config.PemCertificates;
import org.posthouse.faults.Tools;

/** A certification authority made by openssl, in a directory of its own. */
public final class OpensslAuthority {
  private final Path directory;

  private OpensslAuthority(Path directory) {
    this.directory = directory;
  }

  /** Makes one. */
  public static OpensslAuthority make(Path directory) throws IOException {
    Tools.require("openssl");
    OpensslAuthority made = new OpensslAuthority(Files.createDirectories(directory));
    made.openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout ca.key -out ca.pem -subj",
        "/O=Posthouse tests/CN=" + directory.getFileName());
    return made;
  }

  /**
   * Issues a certificate, {@code NAME.pem}, with its key, {@code NAME.key}.
   *
   * @param subject as {@code /O=Example/CN=x}
   * @param extensions lines such as {@code subjectAltName=DNS:x.example}
   */
  public List<X509Certificate> issue(String name, String subject, String... extensions)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of("basicConstraints=CA:FALSE"));
    lines.addAll(Arrays.asList(extensions));
    Files.write(directory.resolve(name + ".ext"), lines);
    openssl("req -new -newkey rsa:2048 -nodes -keyout $.key -out $.csr -subj", name, subject);
    openssl(
        "x509 -req -days 30 -in $.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $.pem"
            + " -extfile",
        name,
        name + ".ext");
    return PemCertificates.read(file(name + ".pem"));
  }

  public Path certificate() {
    return file("ca.pem");
  }

  public Path file(String name) {
    return directory.resolve(name);
  }

  private void openssl(String words, String name, String last) throws IOException {
    openssl(words.replace("$", name), last);
  }

  private void openssl(String words, String last) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "-C", directory.toString(), "openssl"));
    command.addAll(List.of(words.split(" ", -1)));
    command.add(last);
    if (Tools.run(command) != 0) {
      throw new IOException("failed: " + command);
    }
  }
}
