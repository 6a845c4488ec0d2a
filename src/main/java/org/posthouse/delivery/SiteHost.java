/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import org.posthouse.routing.MailHost;

/**
 * A host of a site.
 *
 * @param host with its preference
 * @param port to connect to
 * @param isSmarthost whether it was written down here, and not by the domain of a recipient
 */
record SiteHost(MailHost host, int port, boolean isSmarthost) {
  String name() {
    return host.name();
  }

  /** What tells it from the other hosts of its site. */
  String key() {
    return host.name() + ":" + port;
  }
}
