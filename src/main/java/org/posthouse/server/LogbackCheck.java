/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import ch.qos.logback.core.status.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthouse.spelling.NearestName;

/**
 * What logback could not do with {@code logback.xml}. It says so on its own and goes on: a misspelt
 * element leaves a server without a log, and a misspelt level is DEBUG.
 */
final class LogbackCheck {
  private static final Pattern LEVEL = Pattern.compile("\\blevel\\s*=\\s*[\"']([^\"'$]*)[\"']");
  private static final Set<String> LEVELS =
      Set.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL", "INHERITED", "NULL");

  private LogbackCheck() {}

  /** All of it below the name of the file; empty when logback took the file as it is. */
  static Optional<String> complaint(Path file) {
    List<String> problems = new ArrayList<>(levels(file));
    for (Status status : Logging.statuses()) {
      if (status.getEffectiveLevel() >= Status.WARN) {
        problems.add(status.getMessage());
      }
    }
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    Logging.fallBack(); // or nobody would hear of it
    return Optional.of("logback.xml cannot be used:\n  " + String.join("\n  ", problems));
  }

  private static List<String> levels(Path file) {
    List<String> problems = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      for (int i = 0; i < lines.size(); i++) {
        Matcher level = LEVEL.matcher(lines.get(i));
        while (level.find()) {
          String word = level.group(1);
          if (!LEVELS.contains(word.toUpperCase(Locale.ROOT))) {
            problems.add("line " + (i + 1) + ": '" + word + "' is no level" + nearest(word));
          }
        }
      }
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems;
  }

  private static String nearest(String word) {
    return NearestName.of(word, LEVELS.stream())
        .map(level -> "; did you mean " + level + "?")
        .orElse("");
  }
}
