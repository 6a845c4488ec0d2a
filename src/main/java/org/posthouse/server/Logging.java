/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.posthouse.config.Home;
import org.posthouse.config.XmlElement;

/**
 * Which logback configuration is used. Logback reads these system properties when the first logger
 * is made, so no class that is loaded before may hold one.
 */
final class Logging {
  private static final String CONFIGURATION_FILE = "logback.configurationFile";

  private Logging() {}

  /** Commands log nothing but warnings, to the error output. */
  static void forCommand() {
    if (System.getProperty(CONFIGURATION_FILE) == null) {
      System.setProperty(CONFIGURATION_FILE, "org/posthouse/server/logback-command.xml");
    }
  }

  /** The server uses {@code conf/logback.xml} where there is one. */
  static void forServer(Home home) {
    System.setProperty("posthouse.home", home.root().toString());
    // Stock James names its home so, and its logback.xml files may use it.
    System.setProperty("working.directory", home.root().toString());
    System.setProperty(CONFIGURATION_FILE, source(home));
  }

  /** A path or a resource, as logback wants it. */
  static String source(Home home) {
    Path own = home.conf().resolve("logback.xml");
    // Logback would print a trace and end; what is wrong is told by StartCheck with all the rest.
    return Files.isReadable(own) && XmlElement.problem(own).isEmpty()
        ? own.toString()
        : "org/posthouse/server/logback-run.xml";
  }
}
