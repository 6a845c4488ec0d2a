/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.FileNotFoundException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.util.DurationParser;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.ExtensionConfiguration;
import org.apache.james.utils.NamingScheme;
import org.apache.james.utils.PropertiesProvider;

/** What James would fail on in the smaller property files without naming them. */
record PropertyFiles(PropertiesProvider files, ExtendedClassLoader classes) {
  private static final String PERIOD = "healthcheck.period";
  private static final Duration LEAST_PERIOD = Duration.ofSeconds(10);

  /** What is done with the content of a file. */
  @FunctionalInterface
  private interface Use {
    void of(Configuration values) throws ClassNotFoundException;
  }

  boolean healthCheck() throws ConfigurationException {
    return use(
        "healthcheck",
        values -> {
          requirePeriod(values.getString(PERIOD, "60s"));
          for (String check : values.getStringArray("additional.healthchecks")) {
            for (String name : check.split(",", -1)) {
              classes.locateClass(
                  NamingScheme.IDENTITY
                      .toFullyQualifiedClassNames(new ClassName(name.trim()))
                      .findFirst()
                      .orElseThrow());
            }
          }
        });
  }

  /** Stock says neither which setting nor which value. */
  private static void requirePeriod(String text) {
    Duration period;
    try {
      period = DurationParser.parse(text, ChronoUnit.MILLIS);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(PERIOD + " is a time such as 60s, not '" + text + "'", e);
    }
    if (period.compareTo(LEAST_PERIOD) < 0) {
      throw new IllegalArgumentException(PERIOD + " is at least 10s, not '" + text + "'");
    }
  }

  boolean extensions() throws ConfigurationException {
    return use(
        "extensions",
        values -> {
          for (ClassName module :
              ExtensionConfiguration.from(values).getAdditionalGuiceModulesForExtensions()) {
            classes.locateClass(
                NamingScheme.IDENTITY.toFullyQualifiedClassNames(module).findFirst().orElseThrow());
          }
        });
  }

  /** Whether there is such a file. */
  private boolean use(String name, Use use) throws ConfigurationException {
    try {
      use.of(files.getConfiguration(name));
      return true;
    } catch (FileNotFoundException e) {
      return false;
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw new ConfigurationException(
          name
              + ".properties: there is no class "
              + e.getMessage()
              + " on the class path or in extensions-jars/",
          e);
    } catch (RuntimeException e) {
      throw new ConfigurationException(name + ".properties: " + e.getMessage(), e);
    }
  }
}
