/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import org.posthouse.config.Settings;

/** What the relay calls itself. */
final class HeloNames {
  private HeloNames() {}

  /** Reads what the relay calls itself in EHLO, and warns of what hosts may refuse. */
  static String helo(Settings element, String key, String otherwise) {
    String name = element.read(key, otherwise, HostNames::helo);
    boolean full = name.isEmpty() || name.indexOf('.') >= 0 || name.indexOf(':') >= 0;
    if (!full && element.text(key).isPresent()) {
      element.warning(key, "'" + name + "' has no domain: many hosts refuse such a name");
    }
    return name;
  }
}
