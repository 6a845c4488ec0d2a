/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

/** Exit codes of every command, as in BSD's sysexits. */
public final class ExitCodes {
  public static final int OK = 0;
  public static final int USAGE = 64;

  /** The store is damaged, or of a format that this release does not read. */
  public static final int DAMAGED = 65;

  /** The server does not run, or an address it should listen on is taken. */
  public static final int UNAVAILABLE = 69;

  public static final int INTERNAL_ERROR = 70;

  /** A file or directory cannot be created. */
  public static final int CANNOT_CREATE = 73;

  /** Another process uses the same home or store. */
  public static final int IN_USE = 75;

  /** The server is another user's. */
  public static final int NO_PERMISSION = 77;

  public static final int BAD_CONFIGURATION = 78;

  private ExitCodes() {}
}
