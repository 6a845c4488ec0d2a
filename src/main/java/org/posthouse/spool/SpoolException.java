/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.file.Path;
import org.posthouse.config.Owner;
import org.rocksdb.RocksDBException;

/** The store could not do what was asked: a broken disk, a full one, or a bug; never a bad mail. */
public class SpoolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SpoolException(String message) {
    super(message);
  }

  public SpoolException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A read that failed: what is damaged stays so, anything else may pass. */
  static SpoolException reading(String what, RocksDBException cause) {
    String message = what + ": " + cause.getMessage();
    return Database.isCorruption(cause)
        ? new Unreadable(message, cause)
        : new SpoolException(message, cause);
  }

  /** The store has not enough room for new mail; it may be offered again later. */
  public static final class Full extends SpoolException {
    private static final long serialVersionUID = 1;

    public Full(String message) {
      super(message);
    }
  }

  /** Another process works on the store. */
  public static final class InUse extends SpoolException {
    private static final long serialVersionUID = 1;

    public InUse(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There is no store where one should be read. */
  public static final class Missing extends SpoolException {
    private static final long serialVersionUID = 1;

    public Missing(String message) {
      super(message);
    }
  }

  /** The file system does not let this user at the store; nothing is wrong with it. */
  public static final class Denied extends SpoolException {
    private static final long serialVersionUID = 1;

    public Denied(Path directory) {
      super(message(directory));
    }

    public Denied(Path directory, Throwable cause) {
      super(message(directory), cause);
    }

    private static String message(Path directory) {
      return "permission denied for user '"
          + System.getProperty("user.name")
          + "': "
          + Owner.foreign(directory)
              .orElse(directory + " belongs to the user that runs the server");
    }
  }

  /** The store is damaged or of a format that this release does not read. */
  public static final class Unreadable extends SpoolException {
    private static final long serialVersionUID = 1;

    public Unreadable(String message) {
      super(message);
    }

    public Unreadable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
