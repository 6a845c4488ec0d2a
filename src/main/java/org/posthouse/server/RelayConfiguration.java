/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.delivery.config.LocalAddresses;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.overload.OverloadSettings;
import org.posthouse.spool.SpoolConfiguration;

/** All that stands in relay.xml. */
record RelayConfiguration(
    SpoolConfiguration spool,
    SessionLimits reception,
    OverloadSettings overload,
    DeliveryConfiguration delivery) {
  /** Reads the file; what is wrong with it is among its problems then. */
  static RelayConfiguration read(Settings relay, Home home) {
    return new RelayConfiguration(
        SpoolConfiguration.read(relay, home.var().resolve("spool")),
        SessionLimits.read(relay),
        OverloadSettings.read(relay),
        DeliveryConfiguration.read(relay, home.root(), "", LocalAddresses.ofThisMachine()));
  }
}
