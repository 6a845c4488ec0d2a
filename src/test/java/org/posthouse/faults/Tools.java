/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of the system that a test needs. Without one the test is skipped with the reason, or
 * fails where the environment has POSTHOUSE_REQUIRE_TOOLS=1.
 */
public final class Tools {
  private Tools() {}

  public static void require(String... programs) {
    for (String program : programs) {
      requireThat(isInstalled(program), program + " is not installed");
    }
  }

  /**
   * Whether this process may mount in a namespace of its own: root, or a container that lets it.
   */
  static void requireMounts() {
    require("unshare", "nsenter", "mount");
    requireThat(succeeds("unshare", "-m", "true"), "this user may not make a mount namespace");
  }

  /** Whether one process may trace another; containers often forbid it. */
  static void requireTracing() {
    require("strace");
    requireThat(succeeds("strace", "-o", "/dev/null", "true"), "this user may not trace processes");
  }

  /** Skips the test, or fails it where tools are required. */
  public static void requireThat(boolean condition, String otherwise) {
    if ("1".equals(System.getenv("POSTHOUSE_REQUIRE_TOOLS")) && !condition) {
      fail(otherwise + ", and POSTHOUSE_REQUIRE_TOOLS=1");
    }
    Assumptions.assumeTrue(condition, otherwise);
  }

  private static boolean isInstalled(String program) {
    String path = System.getenv("PATH");
    return Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static boolean succeeds(String... command) {
    try {
      return run(List.of(command)) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a command that ends within a minute, its output discarded; returns its exit code. */
  public static int run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor(1, TimeUnit.MINUTES)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new IOException("still running after a minute: " + command);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + command, e);
    }
  }
}
