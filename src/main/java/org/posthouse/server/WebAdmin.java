/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Module;
import com.google.inject.util.Modules;
import java.io.FileNotFoundException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.ex.ConversionException;
import org.apache.james.modules.server.DataRoutesModules;
import org.apache.james.modules.server.MailQueueRoutesModule;
import org.apache.james.modules.server.MailRepositoriesRoutesModule;
import org.apache.james.modules.server.NoJwtModule;
import org.apache.james.modules.server.TaskManagerModule;
import org.apache.james.modules.server.WebAdminServerModule;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.apache.james.utils.PropertiesProvider;
import org.apache.james.webadmin.WebAdminConfiguration;
import org.posthouse.config.Home;

/**
 * James' HTTP administration: off unless {@code conf/webadmin.properties} enables it, and then only
 * on a loopback address. It has no users of its own, so whoever reaches it commands the server.
 */
final class WebAdmin {
  private static final int LAST_PORT = 65_535;

  private WebAdmin() {}

  /**
   * The modules to install, none when WebAdmin is off.
   *
   * @throws ConfigurationException when it would be reachable from other machines
   */
  static Optional<Module> modules(Home home) throws ConfigurationException {
    org.apache.james.server.core.configuration.Configuration james = CoreModule.configuration(home);
    PropertiesProvider properties =
        new PropertiesProvider(new FileSystemImpl(james.directories()), james.configurationPath());
    try {
      Configuration webadmin = properties.getConfiguration("webadmin");
      if (!webadmin.getBoolean("enabled", false)) {
        return Optional.empty();
      }
      refuseOtherThanLoopback(webadmin.getString("host", WebAdminConfiguration.DEFAULT_HOST));
      refuseOtherThanPort(webadmin.getInt("port", 0));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (ConversionException e) {
      throw new ConfigurationException("webadmin.properties: " + e.getMessage(), e);
    }
    return Optional.of(
        Modules.combine(
            new WebAdminServerModule(),
            new NoJwtModule(),
            new TaskManagerModule(),
            new DataRoutesModules(),
            new MailQueueRoutesModule(),
            new MailRepositoriesRoutesModule()));
  }

  private static void refuseOtherThanPort(int port) throws ConfigurationException {
    if (port < 0 || port > LAST_PORT) {
      throw new ConfigurationException("webadmin.properties: port " + port + " is no port");
    }
  }

  private static void refuseOtherThanLoopback(String host) throws ConfigurationException {
    try {
      if (Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress)) {
        return;
      }
    } catch (UnknownHostException e) {
      throw new ConfigurationException("webadmin.properties: unknown host '" + host + "'", e);
    }
    throw new ConfigurationException(
        "webadmin.properties: host must be a loopback address, not '"
            + host
            + "': WebAdmin asks nobody who they are");
  }
}
