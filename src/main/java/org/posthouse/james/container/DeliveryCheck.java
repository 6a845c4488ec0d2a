/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Settings;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.james.container.ConfiguredProcessor.ConfiguredMailet;

/** What can be told of the deliveries, ours and stock's, before any is loaded. */
final class DeliveryCheck {
  private static final String OURS = RemoteDelivery.class.getName();
  private static final String STOCK =
      org.apache.james.transport.mailets.RemoteDelivery.class.getName();

  private final Findings findings;

  DeliveryCheck(Findings findings) {
    this.findings = findings;
  }

  private static boolean isOurs(ConfiguredMailet mailet) {
    return mailet.className().equals(OURS)
        || mailet.className().equals(RemoteDelivery.class.getSimpleName());
  }

  /** Stock's is meant by its full name only. */
  private static boolean isStock(ConfiguredMailet mailet) {
    return mailet.className().equals(STOCK);
  }

  static boolean isDelivery(ConfiguredMailet mailet) {
    return isOurs(mailet) || isStock(mailet);
  }

  /** Checks the parameters of a delivery. */
  void check(ConfiguredMailet mailet) {
    Place place = mailet.place();
    Settings settings = new Settings(place.lines(), place.path(), place.words(), mailet.values());
    if (isOurs(mailet)) {
      DeliveryParameters.check(settings);
    } else {
      DeliveryParameters.checkStock(settings);
    }
    findings.take(settings);
  }

  /**
   * Stock's takes whatever is in its queue. Ours marks each mail with the delivery that it is for,
   * so that several may share one.
   */
  void checkQueues(List<ConfiguredMailet> mailets) {
    Map<String, ConfiguredMailet> ours = new LinkedHashMap<>();
    for (ConfiguredMailet mailet : mailets) {
      if (isOurs(mailet)) {
        ours.putIfAbsent(queue(mailet), mailet);
      }
    }
    Map<String, ConfiguredMailet> stocks = new LinkedHashMap<>();
    for (ConfiguredMailet mailet : mailets) {
      if (isStock(mailet)) {
        checkQueue(mailet, ours.get(queue(mailet)), stocks.putIfAbsent(queue(mailet), mailet));
      }
    }
  }

  private void checkQueue(
      ConfiguredMailet mailet, @Nullable ConfiguredMailet ours, @Nullable ConfiguredMailet other) {
    String shared = "its queue '" + queue(mailet) + "' is also that of ";
    if (ours != null) {
      findings.error(
          mailet.place(),
          shared
              + ours.place()
              + ", which is not stock's: either would take the mail of both. Give it a queue of its"
              + " own with <outgoing>, or write its class without the package");
    } else if (other != null && !other.parameters().equals(mailet.parameters())) {
      findings.warning(
          mailet.place(),
          shared
              + other.place()
              + ", which has other parameters: either delivers the mail of both. Give each a queue"
              + " of its own with <outgoing>");
    }
  }

  private static String queue(ConfiguredMailet mailet) {
    return mailet.parameters().getOrDefault("outgoing", "outgoing").trim();
  }
}
