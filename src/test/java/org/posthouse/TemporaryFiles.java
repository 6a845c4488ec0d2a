/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.posthouse.spool.StoreFiles;

/**
 * Makes the temporary directory that the build gives to a run of tests, and removes it with all
 * that servers left that were killed. It is not under target/: control sockets stand in it, and the
 * path of a Unix socket has at most 107 octets, whatever the path of the clone is.
 */
public final class TemporaryFiles implements LauncherSessionListener {
  /** Set by the build, and not for the JVMs that tests start: these use the same directory. */
  private static final boolean OWN = Boolean.getBoolean("posthouse.test.tmpdir.own");

  private final Path directory = Path.of(System.getProperty("java.io.tmpdir"));
  private boolean made;

  /** For the command line of a JVM that a test starts. */
  public static String jvmOption() {
    return "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir");
  }

  static boolean areRemoved() {
    return OWN;
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (OWN && !Files.exists(directory)) {
      try {
        Files.createDirectories(directory);
        made = true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Before the session that runs tests there is one that finds them. */
  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (made) {
      try {
        StoreFiles.deleteAll(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
