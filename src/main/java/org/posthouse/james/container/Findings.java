/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects findings, so that all are reported together. */
final class Findings {
  private static final Logger LOGGER = LoggerFactory.getLogger(Findings.class);

  private final List<Finding> all = new ArrayList<>();

  void error(String place, String text) {
    all.add(new Finding(true, place, text));
  }

  void warning(String place, String text) {
    all.add(new Finding(false, place, text));
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  boolean hasErrors() {
    return all.stream().anyMatch(Finding::error);
  }

  void throwErrors() throws ConfigurationException {
    if (hasErrors()) {
      throw new ConfigurationException(
          all.stream()
              .filter(Finding::error)
              .map(finding -> "\n  " + finding)
              .collect(Collectors.joining("", "mailetcontainer.xml cannot be used:", "")));
    }
  }

  void logWarnings() {
    all.stream()
        .filter(finding -> !finding.error())
        .forEach(finding -> LOGGER.warn("mailetcontainer.xml: {}", finding));
  }
}
