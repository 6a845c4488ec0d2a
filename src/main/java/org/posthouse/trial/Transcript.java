/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What was said on one connection: {@code C:} the client, {@code S:} the server, {@code *} a note.
 */
final class Transcript {
  private static final int LONGEST = 1_000;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  void client(String line) {
    lines.add("C: " + shortened(line));
  }

  void server(byte[] bytes) {
    new String(bytes, StandardCharsets.ISO_8859_1)
        .lines()
        .forEach(line -> lines.add("S: " + shortened(line)));
  }

  void note(String text) {
    lines.add("* " + text);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  private static String shortened(String line) {
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
