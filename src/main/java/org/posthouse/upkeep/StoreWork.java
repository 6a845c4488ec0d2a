/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.cli.HomeOption;
import org.posthouse.config.Owner;
import org.posthouse.spool.SpoolException;

/** Runs work on the store and turns what prevents it into a message and an exit code. */
final class StoreWork {
  private StoreWork() {}

  /** Something that is done with a store. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** The store of a home. */
  static Path storeOf(HomeOption home) {
    return home.home().var().resolve("spool");
  }

  /**
   * Makes sure that what is written in a home can be read by who runs the server.
   *
   * @throws CommandFailure when it could not
   */
  static void requireOwner(HomeOption home) {
    Path var = home.home().var();
    Owner.refusal(Files.isDirectory(var) ? var : home.home().root())
        .ifPresent(
            text -> {
              throw new CommandFailure(ExitCodes.NO_PERMISSION, text);
            });
  }

  /**
   * Reports failures as the commands do: 65 damaged, 73 files, 75 in use, 77 denied, 78 missing, 70
   * the rest.
   */
  static <T> T run(Work<T> work) {
    try {
      return work.run();
    } catch (SpoolException.InUse e) {
      throw failure(ExitCodes.IN_USE, e);
    } catch (SpoolException.Denied e) {
      throw failure(ExitCodes.NO_PERMISSION, e);
    } catch (SpoolException.Missing e) {
      throw failure(ExitCodes.BAD_CONFIGURATION, e);
    } catch (SpoolException.Unreadable e) {
      throw failure(ExitCodes.DAMAGED, e);
    } catch (SpoolException e) {
      throw failure(ExitCodes.INTERNAL_ERROR, e);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCodes.CANNOT_CREATE, e.getFile() + " exists already", e);
    } catch (AccessDeniedException e) {
      throw new CommandFailure(ExitCodes.NO_PERMISSION, "permission denied: " + e.getFile(), e);
    } catch (IOException e) {
      throw new CommandFailure(ExitCodes.CANNOT_CREATE, e.toString(), e);
    }
  }

  private static CommandFailure failure(int exitCode, SpoolException e) {
    return new CommandFailure(exitCode, String.valueOf(e.getMessage()), e);
  }
}
