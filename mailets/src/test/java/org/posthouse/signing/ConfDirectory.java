/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import org.posthouse.dkim.TestKeys;

/** A directory conf/ with keys of every kind. */
public record ConfDirectory(Path conf) {
  private static final PrivateKey OTHER_RSA = TestKeys.generate("RSA", 2048).getPrivate();
  private static final PrivateKey SHORT_RSA = TestKeys.generate("RSA", 1024).getPrivate();
  private static final PrivateKey WEAK_RSA = TestKeys.generate("RSA", 512).getPrivate();
  private static final PrivateKey EC = TestKeys.generate("EC", 256).getPrivate();

  /** With keys of mode 0600 in dkim/. */
  public static ConfDirectory in(Path home) throws IOException {
    ConfDirectory made = new ConfDirectory(Files.createDirectories(home.resolve("conf")));
    Files.createDirectories(made.conf.resolve("dkim"));
    made.key("rsa", TestKeys.RSA.getPrivate());
    made.key("ed", TestKeys.ED25519.getPrivate());
    made.key("other", OTHER_RSA);
    made.key("short", SHORT_RSA);
    made.key("weak", WEAK_RSA);
    made.key("ec", EC);
    made.key("open", OTHER_RSA);
    made.mode("open", "rw-r--r--");
    made.key("group", OTHER_RSA);
    made.mode("group", "rw-r-----");
    made.key("broken", OTHER_RSA);
    Files.writeString(made.file("broken"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    return made;
  }

  public Path file(String name) {
    return conf.resolve("dkim/" + name + ".pem");
  }

  public void key(String name, PrivateKey key) throws IOException {
    Files.deleteIfExists(file(name));
    Files.writeString(file(name), TestKeys.pem("PRIVATE KEY", key.getEncoded()));
    mode(name, "rw-------");
  }

  private void mode(String name, String mode) throws IOException {
    Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString(mode));
  }

  public Path table(String xml) throws IOException {
    return Files.writeString(conf.resolve("dkim.xml"), xml);
  }
}
