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
import java.util.Objects;

/**
 * A script of the tests that has messages verified by a program that is not ours, and prints a line
 * for each. Its last arguments are a file of the DNS, a line {@code name, tab, text} for each TXT
 * record, and the files of the messages.
 *
 * @param directory an empty one
 */
record Script(String resource, Path directory) {
  List<String> run(
      List<String> interpreter, List<String> arguments, MemoryDns dns, List<String> messages)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(interpreter);
    Path script = directory.resolve("verify.py");
    try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(resource))) {
      Files.copy(in, script);
    }
    command.add(script.toString());
    command.addAll(arguments);
    StringBuilder keys = new StringBuilder();
    dns.texts()
        .forEach((name, texts) -> keys.append(name).append('\t').append(texts.get(0)).append('\n'));
    command.add(Files.writeString(directory.resolve("dns"), keys, ISO_8859_1).toString());
    for (int i = 0; i < messages.size(); i++) {
      Path file = directory.resolve(i + ".eml");
      command.add(Files.writeString(file, messages.get(i), ISO_8859_1).toString());
    }
    Path errors = directory.resolve("stderr");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), ISO_8859_1).lines().toList();
    if (process.waitFor() != 0) {
      fail(resource + ": " + Files.readString(errors, ISO_8859_1));
    }
    return lines;
  }
}
