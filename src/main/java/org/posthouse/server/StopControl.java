/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.util.List;
import java.util.Map;
import org.posthouse.admin.ControlCommand;

/** The control command {@code stop}: answers with the process that will go. */
record StopControl(Lifecycle lifecycle) implements ControlCommand {
  @Override
  public Object answer(List<String> arguments) {
    lifecycle.requestStop();
    return Map.of("stopping", true, "pid", ProcessHandle.current().pid());
  }
}
