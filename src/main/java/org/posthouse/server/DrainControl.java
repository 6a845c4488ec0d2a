/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Injector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.posthouse.admin.ControlCommand;
import org.posthouse.admin.ControlException;
import org.posthouse.cli.ExitCodes;

/**
 * The control command {@code drain SECONDS}: closes the doors, waits until nothing can be delivered
 * any more or the time is over, stops, and answers what is left.
 */
record DrainControl(Lifecycle lifecycle, Injector injector) implements ControlCommand {
  @Override
  public Object answer(List<String> arguments) throws ControlException, InterruptedException {
    if (arguments.size() != 1 || !arguments.get(0).matches("[0-9]{1,8}")) {
      throw new ControlException(ExitCodes.USAGE, "drain takes a number of seconds");
    }
    if (lifecycle.state() != Lifecycle.State.RUNNING) {
      throw new ControlException(ExitCodes.IN_USE, "the server is starting or stopping");
    }
    Drain.Drained drained =
        new Drain(injector).run(Duration.ofSeconds(Long.parseLong(arguments.get(0))));
    lifecycle.requestStop();
    return Map.of(
        "pid",
        ProcessHandle.current().pid(),
        "left",
        drained.left(),
        "timeWasUp",
        drained.timeWasUp());
  }
}
