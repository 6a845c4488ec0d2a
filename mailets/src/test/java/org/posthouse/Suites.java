/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Suites that others publish and this repository does not hold: checkouts of them under one
 * directory, which the environment names by POSTHOUSE_SUITES or which is {@code shared/suites}
 * beside any directory above. A test whose suite is not there is skipped.
 */
public final class Suites {
  private Suites() {}

  /** Makes tests of what a suite holds. */
  public interface Cases {
    Stream<DynamicTest> of(Path suite) throws IOException;
  }

  /**
   * The tests of a suite, or one that is skipped.
   *
   * @param path the directory of it, such as {@code arc_test_suite/tests}
   */
  public static Stream<DynamicTest> tests(String path, Cases cases) throws IOException {
    String named = System.getenv("POSTHOUSE_SUITES");
    Path suite = named == null ? beside(path) : Path.of(named).resolve(path);
    if (Files.exists(suite)) {
      return cases.of(suite);
    }
    String absent = "no published suite " + path;
    return Stream.of(DynamicTest.dynamicTest(absent, () -> Assumptions.abort(absent)));
  }

  private static Path beside(String path) {
    Path absent = Path.of("shared", "suites", path);
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path candidate = up.resolve(absent);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    return absent;
  }
}
