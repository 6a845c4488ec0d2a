/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.posthouse.faults.Tools;

/** Verifiers of DKIM that are not ours: OpenDKIM, and dkimpy of Debian's python3-dkim. */
final class ForeignVerifiers {
  private static final String OPENDKIM = "/usr/sbin/opendkim-testmsg";

  /** Debian's own, for another Python does not see Debian's packages. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final Path SCRIPT = Path.of("../mailets/src/test/resources/dkimpy/verify.py");

  private ForeignVerifiers() {}

  static void requireOpenDkim() {
    Tools.requireThat(
        Files.exists(Path.of(OPENDKIM)), "opendkim-testmsg of Debian's opendkim-tools is missing");
  }

  static void requireDkimpy() throws IOException {
    boolean installed =
        Files.isExecutable(Path.of(PYTHON))
            && Tools.run(List.of(PYTHON, "-c", "import dkim, nacl")) == 0;
    Tools.requireThat(installed, "python3-dkim and python3-nacl are not installed");
  }

  /**
   * What dkimpy says of each message: pass or fail for each signature from the top.
   *
   * @param records what the DNS publishes, by name
   * @param directory where files may be written
   */
  static List<String> dkimpy(List<byte[]> messages, Map<String, String> records, Path directory)
      throws IOException {
    StringBuilder dns = new StringBuilder();
    records.forEach((name, record) -> dns.append(name).append('\t').append(record).append('\n'));
    List<String> command = new ArrayList<>(List.of(PYTHON, SCRIPT.toString(), "dkim"));
    command.add(Files.writeString(directory.resolve("dns"), dns).toString());
    for (int i = 0; i < messages.size(); i++) {
      command.add(Files.write(directory.resolve(i + ".eml"), messages.get(i)).toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new String(process.getInputStream().readAllBytes(), ISO_8859_1).lines().toList();
  }

  /**
   * What OpenDKIM, which asks the system's DNS, complains of; nothing when a signature verifies.
   *
   * @param directory where a file may be written
   */
  static String openDkim(byte[] message, Path directory) throws Exception {
    Path file = Files.write(directory.resolve("message"), message);
    Process process =
        new ProcessBuilder(OPENDKIM, "-t", directory.toString())
            .redirectInput(file.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1).trim();
    return process.waitFor() == 0 ? output : output + " (exit " + process.exitValue() + ")";
  }
}
