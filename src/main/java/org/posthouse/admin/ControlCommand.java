/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.admin;

import java.util.List;

/** One command of the control socket. */
@FunctionalInterface
public interface ControlCommand {
  /**
   * Answers the command.
   *
   * @param arguments the words after the command's name
   * @return what Jackson turns into one JSON document: a record, a map, a list
   * @throws ControlException when the command cannot be done and the caller should read why
   */
  Object answer(List<String> arguments) throws Exception;
}
