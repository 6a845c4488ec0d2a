/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.posthouse.config.NamedFile;
import org.posthouse.config.Settings;

/** The files that URLs in a door's settings stand for. */
public interface UrlFiles {
  /** The scheme of files. */
  String FILE = "file://";

  /**
   * The file of a URL that begins with {@link #FILE}, links not followed.
   *
   * @throws IOException when there is none
   */
  Path path(String url) throws IOException;

  /** Why a URL stands for no file that can be read; empty when it does. */
  private Optional<String> problem(String url) {
    if (!url.matches("[a-z]+:.*")) {
      return Optional.of("'" + url + "' needs file:// in front of it: file://" + url);
    }
    if (!url.startsWith(FILE)) {
      return Optional.of("'" + url + "' is no file: it must begin with file://");
    }
    try {
      return NamedFile.problem(path(url));
    } catch (IOException e) {
      return Optional.of(url + " does not exist");
    }
  }

  /** The file that a setting names; a problem is added when it cannot be read. */
  default Optional<Path> file(Settings settings, String key, String url) {
    Optional<String> problem = problem(url);
    problem.ifPresent(text -> settings.problem(key, text));
    try {
      return problem.isEmpty() ? Optional.of(path(url)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The same of a setting that may be missing. */
  default Optional<Path> file(Settings settings, String key) {
    return settings
        .text(key)
        .filter(text -> !text.isEmpty())
        .flatMap(url -> file(settings, key, url));
  }
}
