/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.posthouse.config.Problem;
import org.posthouse.config.Settings;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.overload.OverloadSettings;
import org.posthouse.spool.SpoolConfiguration;

/** A relay.xml in a home of its own, read as the server reads it. */
record RelayXml(Settings settings, XMLConfiguration values, DeliveryConfiguration delivery) {
  private static final Set<String> OURS =
      Set.of("192.0.2.10", "192.0.2.11", "2001:db8:0:0:0:0:0:10");

  static RelayXml read(Path home, String xml) throws IOException, ConfigurationException {
    Path file = Files.createDirectories(home.resolve("conf")).resolve("relay.xml");
    Files.writeString(file, xml);
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    SpoolConfiguration.read(settings, home.resolve("var/spool"));
    SessionLimits.read(settings);
    OverloadSettings.read(settings);
    DeliveryConfiguration delivery =
        DeliveryConfiguration.read(settings, home, "host.example.org", RelayXml::isOurs);
    settings.end();
    return new RelayXml(settings, values, delivery);
  }

  private static boolean isOurs(InetAddress address) {
    return OURS.contains(address.getHostAddress());
  }

  List<String> problems() {
    return settings.problems().stream().map(Problem::toString).toList();
  }

  List<String> warnings() {
    return settings.warnings().stream().map(Problem::toString).toList();
  }
}
