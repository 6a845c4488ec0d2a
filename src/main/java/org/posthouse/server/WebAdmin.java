/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Module;
import com.google.inject.util.Modules;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
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
record WebAdmin(Module module, InetSocketAddress address) {
  private static final int LAST_PORT = 65_535;

  private static final int DEFAULT_PORT = 8000;

  /**
   * Fails when the address is taken: James' web server would wait for ever to have it.
   *
   * @throws BindException naming the address
   */
  void requireFree() throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    } catch (BindException e) {
      BindException named =
          new BindException(
              "webadmin.properties: cannot listen on " + address + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  /**
   * What to install, nothing when WebAdmin is off.
   *
   * @throws ConfigurationException when it would be reachable from other machines
   */
  static Optional<WebAdmin> of(Home home) throws ConfigurationException {
    org.apache.james.server.core.configuration.Configuration james = CoreModule.configuration(home);
    PropertiesProvider properties =
        new PropertiesProvider(new FileSystemImpl(james.directories()), james.configurationPath());
    InetSocketAddress address;
    try {
      Configuration webadmin = properties.getConfiguration("webadmin");
      if (!webadmin.getBoolean("enabled", false)) {
        return Optional.empty();
      }
      refuseOtherThanLoopback(webadmin.getString("host", WebAdminConfiguration.DEFAULT_HOST));
      requireKeystore(webadmin);
      int port = webadmin.getInt("port", DEFAULT_PORT);
      refuseOtherThanPort(port);
      address =
          new InetSocketAddress(
              webadmin.getString("host", WebAdminConfiguration.DEFAULT_HOST), port);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (ConversionException e) {
      throw new ConfigurationException("webadmin.properties: " + e.getMessage(), e);
    }
    return Optional.of(
        new WebAdmin(
            Modules.combine(
                new WebAdminServerModule(),
                new NoJwtModule(),
                new TaskManagerModule(),
                new DataRoutesModules(),
                new MailQueueRoutesModule(),
                new MailRepositoriesRoutesModule()),
            address));
  }

  private static void requireKeystore(Configuration webadmin) throws ConfigurationException {
    if (webadmin.getBoolean("https.enabled", false)) {
      for (String key : List.of("https.keystore", "https.password")) {
        if (webadmin.getString(key, "").isEmpty()) {
          throw new ConfigurationException(
              "webadmin.properties: with https.enabled=true " + key + " must be set");
        }
      }
    }
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
