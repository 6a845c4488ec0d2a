/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.posthouse.config.Problem;
import org.posthouse.spelling.NearestName;

/** The keys that James reads in the property files of conf/; it takes a misspelt one for none. */
final class PropertyKeys {
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "webadmin.properties",
          Set.of(
              "enabled",
              "port",
              "host",
              "https.enabled",
              "https.keystore",
              "https.password",
              "https.trust.keystore",
              "https.trust.password",
              "cors.enable",
              "cors.origin",
              "jwt.enabled",
              "jwt.publickeypem.url",
              "maxThreadCount",
              "minThreadCount",
              "extensions.routes"),
          "healthcheck.properties",
          Set.of("healthcheck.period", "additional.healthchecks"),
          "extensions.properties",
          Set.of("guice.extension.module", "guice.extension.startable", "guice.extension.task"));

  private PropertyKeys() {}

  /**
   * Looks at the keys of one file, which need not exist.
   *
   * @return whether there is such a file
   * @throws ConfigurationException with every key that nobody reads, one a line
   */
  static boolean check(Path file) throws ConfigurationException {
    if (!Files.isReadable(file)) {
      return false;
    }
    String name = file.getFileName().toString();
    Set<String> known = KNOWN.getOrDefault(name, Set.of());
    List<String> problems = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      for (String key : keys(file)) {
        if (!known.contains(key)) {
          problems.add("\n  " + problem(key, known, lines));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(name + ": " + e.getMessage(), e);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(name + " cannot be used:" + String.join("", problems));
    }
    return true;
  }

  private static Set<String> keys(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      properties.load(in);
    }
    return new TreeSet<>(properties.stringPropertyNames());
  }

  private static Problem problem(String key, Set<String> known, List<String> lines) {
    int line = 1;
    while (line <= lines.size() && !lines.get(line - 1).strip().startsWith(key)) {
      line++;
    }
    String place = (line > lines.size() ? "" : "line " + line + ", ") + key;
    String nearest =
        NearestName.of(key, known.stream()).map(it -> "; did you mean " + it + "?").orElse("");
    return new Problem(line, place, "there is no such setting" + nearest);
  }
}
