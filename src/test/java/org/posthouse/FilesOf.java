/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.james.filesystem.api.FileSystem;

/** James' file system over one directory: {@code file://conf/x} is {@code conf/x} in it. */
public record FilesOf(Path directory) implements FileSystem {
  @Override
  public InputStream getResource(String url) throws IOException {
    return Files.newInputStream(getFile(url).toPath());
  }

  @Override
  public File getFile(String url) {
    return directory.resolve(url.substring("file://".length())).toFile();
  }

  @Override
  public File getBasedir() {
    return directory.toFile();
  }
}
