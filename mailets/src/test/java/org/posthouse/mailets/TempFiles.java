/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.james.filesystem.api.FileSystem;

/** The files of a James in a temporary folder. */
record TempFiles(Path home) implements FileSystem {
  static final String SECRET = "a-secret-of-some-length";

  /** Writes conf/secret, which nobody else can read. */
  TempFiles withSecret() throws IOException {
    Files.createDirectories(home.resolve("conf"));
    Path file = Files.writeString(home.resolve("conf/secret"), SECRET + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return this;
  }

  @Override
  public InputStream getResource(String url) throws IOException {
    return Files.newInputStream(getFile(url).toPath());
  }

  @Override
  public File getFile(String url) {
    return home.resolve(url.substring("file://".length())).toFile();
  }

  @Override
  public File getBasedir() {
    return home.toFile();
  }
}
