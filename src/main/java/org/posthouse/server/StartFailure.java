/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.common.base.Throwables;
import com.google.inject.CreationException;
import com.google.inject.ProvisionException;
import java.io.FileNotFoundException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.apache.james.StartUpChecksPerformer.StartUpChecksException;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader.LoadingException;
import org.posthouse.admin.SocketInUseException;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.FileFailure;
import org.posthouse.spool.SpoolException;
import org.slf4j.Logger;

/**
 * Why the server could not start, and what the process should say of it.
 *
 * @param exitCode one of {@link ExitCodes}
 * @param cause everything that is known
 */
record StartFailure(int exitCode, Throwable cause) {
  /** What James throws when a file in conf/ is wrong, or names what does not exist. */
  private static final List<Class<? extends Exception>> BAD_CONFIGURATION =
      List.of(
          ConfigurationException.class,
          ConfigurationRuntimeException.class,
          StartUpChecksException.class,
          LoadingException.class,
          WiringException.class,
          MessagingException.class,
          FileNotFoundException.class,
          NoSuchFileException.class);

  static StartFailure of(Throwable cause) {
    List<Throwable> chain = Throwables.getCausalChain(cause);
    int code =
        chain.stream()
            .mapToInt(StartFailure::exitCodeOf)
            .filter(known -> known != 0)
            .findFirst()
            .orElse(ExitCodes.INTERNAL_ERROR);
    return new StartFailure(code, cause);
  }

  private static int exitCodeOf(Throwable cause) {
    if (cause instanceof CommandFailure failure) {
      return failure.exitCode();
    }
    if (cause instanceof SocketInUseException || cause instanceof SpoolException.InUse) {
      return ExitCodes.IN_USE;
    }
    if (cause instanceof SpoolException.Full) {
      return ExitCodes.UNAVAILABLE;
    }
    if (cause instanceof SpoolException.Denied) {
      return ExitCodes.NO_PERMISSION;
    }
    if (cause instanceof SpoolException.Unreadable) {
      return ExitCodes.DAMAGED;
    }
    if (cause instanceof BindException) {
      return ExitCodes.UNAVAILABLE;
    }
    if (cause instanceof FileSystemException && !(cause instanceof NoSuchFileException)) {
      return ExitCodes.CANNOT_CREATE;
    }
    return BAD_CONFIGURATION.stream().anyMatch(type -> type.isInstance(cause))
        ? ExitCodes.BAD_CONFIGURATION
        : 0;
  }

  /** One line where the cause is known, everything where it is a surprise. */
  void report(Logger logger) {
    if (exitCode == ExitCodes.INTERNAL_ERROR) {
      logger.error("The server could not start", cause);
    } else {
      logger.error("The server could not start: {}", message());
      logger.debug("The server could not start", cause);
    }
  }

  private String message() {
    StringBuilder text = new StringBuilder();
    for (Throwable link : Throwables.getCausalChain(cause)) {
      // A failure of the store says in its own words what of its cause matters.
      if (link instanceof SpoolException && link.getMessage() != null) {
        return link.getMessage();
      }
      boolean wrapper = link instanceof ProvisionException || link instanceof CreationException;
      String message =
          link instanceof FileSystemException file ? FileFailure.text(file) : link.getMessage();
      if (!wrapper && message != null && text.indexOf(message) < 0) {
        text.append(text.isEmpty() ? "" : ": ").append(message);
      }
    }
    return text.isEmpty() ? cause.toString() : text.toString();
  }
}
