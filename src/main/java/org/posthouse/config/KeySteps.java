/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A key of Commons Configuration, {@code tls[@startTLS]} or {@code spool.reserve}, taken apart.
 * Attributes begin with {@code @}.
 */
record KeySteps(List<String> steps) {
  private static final Pattern NUMBER = Pattern.compile("\\(\\d+\\)$");

  static KeySteps of(String key) {
    List<String> steps = new ArrayList<>();
    int attribute = key.indexOf("[@");
    String elements = attribute < 0 ? key : key.substring(0, attribute);
    // A dot of an element's own name is doubled.
    for (String step : elements.split("(?<![.])[.](?![.])", -1)) {
      if (!step.isEmpty()) {
        steps.add(step.replace("..", "."));
      }
    }
    if (attribute >= 0) {
      steps.add(key.substring(attribute + 1, key.length() - 1));
    }
    return new KeySteps(List.copyOf(steps));
  }

  KeySteps first(int number) {
    return new KeySteps(steps.subList(0, number));
  }

  KeySteps parent() {
    return first(Math.max(0, steps.size() - 1));
  }

  int size() {
    return steps.size();
  }

  String name() {
    return steps.isEmpty() ? "" : steps.get(steps.size() - 1);
  }

  boolean isAttribute() {
    return name().startsWith("@");
  }

  /** As {@link XmlElement#find} takes it. */
  String path() {
    return steps.stream().map(step -> step.replace(".", "..")).collect(Collectors.joining("."));
  }

  /** What is inside of this. */
  KeySteps with(KeySteps more) {
    List<String> all = new ArrayList<>(steps);
    all.addAll(more.steps);
    return new KeySteps(List.copyOf(all));
  }

  /** As it is written in XML, without the numbers of elements. */
  String shown() {
    StringBuilder text = new StringBuilder();
    for (String step : steps) {
      text.append(
          step.startsWith("@")
              ? (text.isEmpty() ? "" : ", ") + "attribute " + step.substring(1)
              : "<" + NUMBER.matcher(step).replaceFirst("") + ">");
    }
    return text.toString();
  }
}
