/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.protocols.lib.handler.HandlersPackage;
import org.apache.james.smtpserver.CoreCmdHandlerLoader;

/** Stock's commands and hooks, with what stock has no command for. */
public final class RelayCommands implements HandlersPackage {
  @Override
  public List<String> getHandlers() {
    List<String> all = new ArrayList<>(new CoreCmdHandlerLoader().getHandlers());
    all.add(BdatCommand.class.getName());
    all.add(XclientCommand.class.getName());
    return List.copyOf(all);
  }
}
