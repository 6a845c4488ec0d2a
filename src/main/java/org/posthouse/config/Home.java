/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Path;

/** The directory one server lives in, and where things are inside it. */
public record Home(Path root) {
  public Home {
    root = root.toAbsolutePath().normalize();
  }

  public Path conf() {
    return root.resolve("conf");
  }

  public Path var() {
    return root.resolve("var");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path controlSocket() {
    return var().resolve("control.sock");
  }
}
