/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.InputStream;
import org.apache.james.filesystem.api.FileSystem;

/** The file system of a James without files. */
final class TestFiles implements FileSystem {
  static final FileSystem NONE = new TestFiles();

  @Override
  public InputStream getResource(String url) throws java.io.IOException {
    throw new FileNotFoundException(url);
  }

  @Override
  public File getFile(String url) throws FileNotFoundException {
    throw new FileNotFoundException(url);
  }

  @Override
  public File getBasedir() throws FileNotFoundException {
    throw new FileNotFoundException();
  }
}
