/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.posthouse.config.Problem;
import org.posthouse.config.Settings;
import org.posthouse.identity.KnownNames;

/** A limits.xml that was read. */
record LimitsXml(Settings settings, LimitsConfiguration configuration) {
  static LimitsXml read(Path conf, String xml) throws IOException, ConfigurationException {
    return read(conf, xml, KnownNames.UNKNOWN);
  }

  static LimitsXml read(Path conf, String xml, KnownNames known)
      throws IOException, ConfigurationException {
    Path file = Files.writeString(conf.resolve("limits.xml"), xml);
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    LimitsConfiguration read = LimitsConfiguration.read(settings, conf, known);
    settings.end();
    return new LimitsXml(settings, read);
  }

  /** One that nothing is wrong with. */
  static LimitsConfiguration good(Path conf, String limits)
      throws IOException, ConfigurationException {
    LimitsXml xml = read(conf, "<limits>" + limits + "</limits>");
    if (!xml.problems().isEmpty()) {
      throw new ConfigurationException(String.join(", ", xml.problems()));
    }
    return xml.configuration();
  }

  List<String> problems() {
    return settings.problems().stream().map(Problem::toString).toList();
  }

  List<String> warnings() {
    return settings.warnings().stream().map(Problem::toString).toList();
  }
}
