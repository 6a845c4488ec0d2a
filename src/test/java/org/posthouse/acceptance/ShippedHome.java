/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;

/** A home with the shipped conf/, byte for byte, and what an administrator adds to it. */
public final class ShippedHome {
  static final String USER = "alice@example.com";
  static final String PASSWORD = "correct horse battery";

  private static final Path SHIPPED = Path.of("../conf");

  private ShippedHome() {}

  /** Adds a certificate and one user. */
  public static Path create(Path home) throws IOException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    for (Path file : shipped()) {
      Files.copy(file, conf.resolve(file.getFileName()));
    }
    TestCertificate.writeShared(Files.createDirectories(conf.resolve("tls")));
    addUser(conf);
    return home;
  }

  static void addUser(Path conf) throws IOException {
    new UserRegister(new UserFile(conf.resolve("users")))
        .add(UserName.of(USER), "default", PASSWORD);
  }

  private static List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(SHIPPED)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
