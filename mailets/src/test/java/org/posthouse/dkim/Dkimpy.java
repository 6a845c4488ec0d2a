/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Another implementation of DKIM and ARC: Debian's python3-dkim, with python3-nacl. Without it a
 * test is skipped, or fails where the environment has POSTHOUSE_REQUIRE_TOOLS=1.
 */
public final class Dkimpy {
  /** Debian's own, for another Python does not see Debian's packages. */
  private static final String PYTHON = "/usr/bin/python3";

  private Dkimpy() {}

  /**
   * What it says of each message.
   *
   * @param kind dkim or arc
   * @param directory an empty one
   */
  public static List<String> verify(
      String kind, List<String> messages, MemoryDns dns, Path directory) throws Exception {
    requireInstalled();
    Script script = new Script("/dkimpy/verify.py", directory);
    return script.run(List.of(PYTHON), List.of(kind), dns, messages);
  }

  private static void requireInstalled() throws Exception {
    boolean installed =
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import dkim, nacl")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
    if ("1".equals(System.getenv("POSTHOUSE_REQUIRE_TOOLS")) && !installed) {
      fail("python3-dkim and python3-nacl are not installed, and POSTHOUSE_REQUIRE_TOOLS=1");
    }
    Assumptions.assumeTrue(installed, "python3-dkim and python3-nacl are not installed");
  }
}
