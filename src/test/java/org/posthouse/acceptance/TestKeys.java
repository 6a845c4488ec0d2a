/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A self-signed certificate, as a keystore for stock configurations and as PEM for ours. */
final class TestKeys {
  private static final String ALIAS = "james";

  private TestKeys() {}

  static void writeKeystore(Path file, String password) throws Exception {
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/keytool",
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "RSA",
            "-dname",
            "CN=relay.example",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            password);
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
  }

  /** Writes {@code private.key} and {@code certificate.pem}. */
  static void writePem(Path directory) throws Exception {
    Path file = directory.resolve("keystore");
    writeKeystore(file, "changeit");
    KeyStore keystore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keystore.load(in, "changeit".toCharArray());
    }
    Files.delete(file);
    Files.writeString(
        directory.resolve("private.key"),
        pem("PRIVATE KEY", keystore.getKey(ALIAS, "changeit".toCharArray()).getEncoded()));
    Files.writeString(
        directory.resolve("certificate.pem"),
        pem("CERTIFICATE", keystore.getCertificate(ALIAS).getEncoded()));
  }

  static String pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }
}
