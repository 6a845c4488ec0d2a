/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.posthouse.config.Problem;
import org.posthouse.config.Settings;

/** An identities.xml in a home of its own, with the files that it may name. */
record IdentitiesXml(Settings settings, IdentitiesConfiguration configuration) {
  static final Path RESOURCES = Path.of("test/resources/identities");

  static IdentitiesXml read(Path home, String xml) throws IOException, ConfigurationException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    for (String name : List.of("ca.pem", "password")) {
      Path copy = home.resolve(name);
      Files.copy(RESOURCES.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    }
    Path file = Files.writeString(conf.resolve("identities.xml"), xml);
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    IdentitiesConfiguration read = IdentitiesConfiguration.read(settings, conf, home);
    settings.end();
    return new IdentitiesXml(settings, read);
  }

  List<String> problems() {
    return settings.problems().stream().map(Problem::toString).toList();
  }

  List<String> warnings() {
    return settings.warnings().stream().map(Problem::toString).toList();
  }
}
