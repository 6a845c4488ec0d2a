/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.configuration2.ImmutableConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;

/**
 * Reads a configuration file of ours and gathers all that is wrong with it. What nobody asked for
 * before {@link #check} is unknown, and an unknown key is an error: it would otherwise be a setting
 * that its author believes in.
 */
public final class Settings {
  private final Path file;
  private final ImmutableConfiguration values;
  private final Set<String> known = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * Begins to read.
   *
   * @param file where the values came from, for what is said of them; need not exist
   */
  public Settings(Path file, ImmutableConfiguration values) {
    this.file = file;
    this.values = values;
  }

  /** Octets, from a {@link DataSize}. */
  public long size(String key, long otherwise) {
    Optional<String> text = text(key);
    try {
      return text.map(value -> DataSize.parse(value).octets()).orElse(otherwise);
    } catch (IllegalArgumentException e) {
      problem(key, String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  /** {@code true} or {@code false}, in any case. */
  public boolean truth(String key, boolean otherwise) {
    String text = text(key).orElse(Boolean.toString(otherwise));
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      problem(key, "'" + text + "' is neither true nor false");
    }
    return Boolean.parseBoolean(text);
  }

  /** The keys that were asked for. */
  public Set<String> known() {
    return Collections.unmodifiableSet(known);
  }

  private Optional<String> text(String key) {
    known.add(key);
    String[] all = values.getStringArray(key);
    if (all.length > 1) {
      problem(key, "it is written " + all.length + " times");
    }
    return all.length == 0 ? Optional.empty() : Optional.of(all[0].trim());
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationRuntimeException with every problem, one a line
   */
  public void check() {
    for (Iterator<String> keys = values.getKeys(); keys.hasNext(); ) {
      String key = keys.next();
      if (!known.contains(key)) {
        String nearest =
            NearestName.of(key, known.stream())
                .map(name -> "; did you mean <" + last(name) + ">?")
                .orElse("");
        problem(key, "there is no such setting" + nearest);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationRuntimeException(
          file.getFileName() + " cannot be used:\n  " + String.join("\n  ", problems));
    }
  }

  private void problem(String key, String text) {
    String line = line(key).map(number -> "line " + number + ", ").orElse("");
    problems.add(line + "<" + key.replace(".", "><") + ">: " + text);
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private Optional<Integer> line(String key) {
    Optional<XmlElement> element = XmlElement.read(file);
    for (String step : Arrays.asList(key.split("\\."))) {
      element = element.flatMap(e -> e.children(step).stream().reduce((first, next) -> next));
    }
    return element.map(XmlElement::line);
  }
}
