/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Another implementation of DKIM: {@code opendkim-testmsg}. It asks the system's resolver, and so
 * runs in namespaces of its own, which needs root. Without either a test is skipped, or fails where
 * the environment has POSTHOUSE_REQUIRE_TOOLS=1.
 */
public final class OpenDkim {
  private static final Path PROGRAM = Path.of("/usr/sbin/opendkim-testmsg");

  /** Of namespaces that end with the script. */
  private static final List<String> ALONE =
      List.of("unshare", "--net", "--mount", "/usr/bin/python3");

  private OpenDkim() {}

  /**
   * What it complains of in each message; nothing where it finds signatures right.
   *
   * @param directory an empty one
   */
  public static List<String> verify(List<String> messages, MemoryDns dns, Path directory)
      throws Exception {
    requireInstalled();
    return new Script("/opendkim/verify.py", directory).run(ALONE, List.of(), dns, messages);
  }

  private static void requireInstalled() throws Exception {
    boolean able =
        Files.isExecutable(PROGRAM)
            && new ProcessBuilder("unshare", "--net", "--mount", "true")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
    if ("1".equals(System.getenv("POSTHOUSE_REQUIRE_TOOLS")) && !able) {
      fail("opendkim-tools or the right to have namespaces is missing; POSTHOUSE_REQUIRE_TOOLS=1");
    }
    Assumptions.assumeTrue(able, "opendkim-tools or the right to have namespaces is missing");
  }
}
