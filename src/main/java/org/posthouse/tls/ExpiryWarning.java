/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once a day of certificates that are about to expire, or have expired. */
final class ExpiryWarning {
  private static final Logger LOGGER = LoggerFactory.getLogger(ExpiryWarning.class);
  private static final Duration NEAR = Duration.ofDays(14);
  private static final Duration EVERY = Duration.ofDays(1);

  private final String door;
  private final Map<ServerCertificate, Instant> warned = new HashMap<>();

  ExpiryWarning(String door) {
    this.door = door;
  }

  void look(ServerCertificates certificates, Instant now) {
    warned.keySet().retainAll(certificates.all());
    for (ServerCertificate each : certificates.all()) {
      Instant last = warned.get(each);
      if (each.end().isBefore(now.plus(NEAR)) && (last == null || !last.plus(EVERY).isAfter(now))) {
        warned.put(each, now);
        String how = each.end().isBefore(now) ? "has expired" : "expires soon";
        LOGGER.warn("TLS of {}: a certificate {}: {}", door, how, each);
      }
    }
  }
}
