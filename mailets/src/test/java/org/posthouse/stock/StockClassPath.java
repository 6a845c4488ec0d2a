/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The jars of a stock James, as its own BOM pins them: Maven resolves them, none is from here. */
final class StockClassPath {
  private StockClassPath() {}

  /** Absolute paths, from Maven's local repository. */
  static List<String> resolve(Path directory) throws Exception {
    Path pom = directory.resolve("pom.xml");
    Files.copy(StockServerProcess.resource("pom.xml"), pom);
    Path output = directory.resolve("class-path");
    Path log = directory.resolve("maven.log");
    Process maven =
        new ProcessBuilder(
                Path.of(property("posthouse.maven"), "bin", "mvn").toString(),
                "--batch-mode",
                "--file",
                pom.toString(),
                "-Djames.version=" + property("posthouse.james"),
                "-Dmaven.repo.local=" + property("posthouse.repository"),
                "-Dmdep.outputFile=" + output,
                property("posthouse.dependency-plugin") + ":build-classpath")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(maven.waitFor()).as(() -> read(log)).isZero();
    return Arrays.asList(Files.readString(output).strip().split(File.pathSeparator, -1));
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
