/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A mail as {@link SinkCommand} laid it down.
 *
 * @param envelope {@code helo}, {@code from}, {@code to}, {@code tls}
 * @param octets the message, not copied
 */
@SuppressWarnings("ArrayRecordComponent")
record ArrivedMail(Path file, Map<String, String> envelope, byte[] octets) {
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".eml")).sorted().toList();
    }
  }

  static ArrivedMail read(Path eml) throws IOException {
    Path envelope = eml.resolveSibling(eml.getFileName().toString().replace(".eml", ".envelope"));
    Map<String, String> fields =
        Files.readAllLines(envelope, StandardCharsets.ISO_8859_1).stream()
            .map(line -> line.split(": ", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part.length > 1 ? part[1] : ""));
    return new ArrivedMail(eml, fields, Files.readAllBytes(eml));
  }

  String field(String name) {
    return envelope.getOrDefault(name, "");
  }

  List<String> headerLines() {
    return Arrays.asList(text().substring(0, endOfHeader()).split("\r\n", -1));
  }

  String body() {
    return text().substring(Math.min(text().length(), endOfHeader() + 4));
  }

  private int endOfHeader() {
    int end = text().indexOf("\r\n\r\n");
    return end < 0 ? text().length() : end;
  }

  private String text() {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
