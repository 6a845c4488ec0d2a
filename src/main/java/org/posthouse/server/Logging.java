/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.status.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Home;
import org.posthouse.config.XmlElement;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

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
    System.setProperty("posthouse.home", home.work().toString());
    // Stock James names its home so, and its logback.xml files may use it.
    System.setProperty("working.directory", home.work().toString());
    System.setProperty(CONFIGURATION_FILE, source(home));
    // What logback has to say of the file is told by StartCheck, not on the console.
    System.setProperty(
        "logback.statusListenerClass", "ch.qos.logback.core.status.NopStatusListener");
  }

  /** Of a server that is only tried: no more than what is wrong. */
  static void quiet() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.addTurboFilter(
          new TurboFilter() {
            @Override
            public FilterReply decide(
                @Nullable Marker marker,
                ch.qos.logback.classic.Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
              return level.isGreaterOrEqual(Level.WARN) ? FilterReply.NEUTRAL : FilterReply.DENY;
            }
          });
    }
  }

  /** Logs to the console from now on, whatever the home's file says. */
  static void fallBack() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      try {
        configurator.doConfigure(
            Objects.requireNonNull(Logging.class.getResource("logback-run.xml")));
      } catch (JoranException e) {
        throw new IllegalStateException("the server's own logback configuration is broken", e);
      }
    }
  }

  /** What logback had to say of its configuration; nothing when another binding is at work. */
  static List<Status> statuses() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        ? context.getStatusManager().getCopyOfStatusList()
        : List.of();
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
