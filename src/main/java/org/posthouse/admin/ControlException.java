/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.admin;

/** A command was refused; the message and the exit code go to whoever asked. */
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public ControlException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What the command line should exit with. */
  public int exitCode() {
    return exitCode;
  }
}
