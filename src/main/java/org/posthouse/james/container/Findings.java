/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.posthouse.config.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects findings, so that all are reported together. */
final class Findings {
  private static final Logger LOGGER = LoggerFactory.getLogger(Findings.class);

  private final List<Finding> all = new ArrayList<>();

  void error(Object place, String text) {
    all.add(new Finding(true, place.toString(), text));
  }

  void warning(Object place, String text) {
    all.add(new Finding(false, place.toString(), text));
  }

  /** Takes what was found in one element. */
  void take(Settings settings) {
    settings.problems().forEach(problem -> error(problem.place(), problem.text()));
    settings.warnings().forEach(warning -> warning(warning.place(), warning.text()));
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  boolean hasErrors() {
    return all.stream().anyMatch(Finding::error);
  }

  /** All errors in words, one a line, below the name of the file; empty when there are none. */
  Optional<String> complaint() {
    return hasErrors()
        ? Optional.of(
            all.stream()
                .filter(Finding::error)
                .map(finding -> "\n  " + inWords(finding))
                .collect(Collectors.joining("", "mailetcontainer.xml cannot be used:", "")))
        : Optional.empty();
  }

  /** What is wrong with a file that several mailets read is told once. */
  private String inWords(Finding finding) {
    Finding first =
        all.stream()
            .filter(each -> each.error() && each.text().equals(finding.text()))
            .findFirst()
            .orElse(finding);
    return !first.place().equals(finding.place()) && finding.text().contains("\n")
        ? finding.place() + ": the same as for " + first.place()
        : finding.toString().replace("\n", "\n    ");
  }

  void throwErrors() throws ConfigurationException {
    Optional<String> complaint = complaint();
    if (complaint.isPresent()) {
      throw new ConfigurationException(complaint.get());
    }
  }

  void logWarnings() {
    all.stream()
        .filter(finding -> !finding.error())
        .forEach(finding -> LOGGER.warn("mailetcontainer.xml: {}", finding));
  }
}
