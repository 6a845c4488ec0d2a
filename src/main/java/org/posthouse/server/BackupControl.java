/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Injector;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.posthouse.admin.ControlCommand;
import org.posthouse.admin.ControlException;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.FileFailure;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.StoreFiles;

/** The control command {@code backup DIR}; DIR is absolute and URL-encoded, to be one word. */
record BackupControl(Injector injector) implements ControlCommand {
  @Override
  public Object answer(List<String> arguments) throws ControlException {
    if (arguments.size() != 1) {
      throw new ControlException(ExitCodes.USAGE, "backup takes one directory");
    }
    Path target = Path.of(URLDecoder.decode(arguments.get(0), StandardCharsets.UTF_8));
    if (!target.isAbsolute()) {
      throw new ControlException(ExitCodes.USAGE, target + " is not absolute");
    }
    if (Files.exists(target)) {
      throw new ControlException(ExitCodes.CANNOT_CREATE, target + " exists already");
    }
    try {
      StoreFiles.backup(injector.getInstance(RocksSpool.class), target);
      return Map.of("directory", target.toString());
    } catch (IOException e) {
      throw new ControlException(
          ExitCodes.CANNOT_CREATE, "the server cannot write it: " + FileFailure.text(e));
    } catch (SpoolException.Unreadable e) {
      throw new ControlException(ExitCodes.DAMAGED, String.valueOf(e.getMessage()));
    } catch (SpoolException e) {
      throw new ControlException(ExitCodes.CANNOT_CREATE, String.valueOf(e.getMessage()));
    }
  }
}
