/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.add(script(directory).toString());
    command.add(kind);
    command.add(keys(dns, directory).toString());
    for (int i = 0; i < messages.size(); i++) {
      Path file = directory.resolve(i + ".eml");
      Files.writeString(file, messages.get(i), ISO_8859_1);
      command.add(file.toString());
    }
    return run(command, directory.resolve("stderr"));
  }

  private static List<String> run(List<String> command, Path errors) throws Exception {
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), ISO_8859_1).lines().toList();
    if (process.waitFor() != 0) {
      fail("dkimpy: " + Files.readString(errors, ISO_8859_1));
    }
    return lines;
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

  private static Path script(Path directory) throws IOException {
    Path script = directory.resolve("verify.py");
    try (InputStream in = Dkimpy.class.getResourceAsStream("/dkimpy/verify.py")) {
      Files.copy(in, script);
    }
    return script;
  }

  private static Path keys(MemoryDns dns, Path directory) throws IOException {
    StringBuilder lines = new StringBuilder();
    dns.texts()
        .forEach(
            (name, texts) -> lines.append(name).append('\t').append(texts.get(0)).append('\n'));
    return Files.writeString(directory.resolve("dns"), lines, ISO_8859_1);
  }
}
