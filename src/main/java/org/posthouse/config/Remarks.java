/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is to be said of one file, whichever part of it is read. */
final class Remarks {
  private final String file;
  private final Lines lines;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  Remarks(String file, Lines lines) {
    this.file = file;
    this.lines = lines;
  }

  /** The line of an element; 0 when unknown. */
  int line(String path) {
    return lines.of(path);
  }

  /** Tells the same thing once, however often it is found. */
  void problem(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  void warning(Problem warning) {
    warnings.add(warning);
  }

  List<Problem> problems() {
    return sorted(problems);
  }

  List<Problem> warnings() {
    return sorted(warnings);
  }

  private static List<Problem> sorted(List<Problem> all) {
    return all.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }

  /** All problems, one a line, below the name of the file; empty when there are none. */
  Optional<String> complaint() {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            problems().stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", file + " cannot be used:", "")));
  }
}
