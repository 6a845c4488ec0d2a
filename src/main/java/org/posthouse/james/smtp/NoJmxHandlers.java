/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.List;
import org.apache.james.protocols.lib.handler.HandlersPackage;

/** Takes the place of James' JMX monitors, which count every line and hook under global names. */
public final class NoJmxHandlers implements HandlersPackage {
  @Override
  public List<String> getHandlers() {
    return List.of();
  }
}
