/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.inject.Injector;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import org.posthouse.admin.ControlCommand;
import org.posthouse.admin.ControlException;
import org.posthouse.cli.ExitCodes;
import org.posthouse.identity.guess.GuessGuard;
import org.posthouse.identity.guess.Subject;
import org.posthouse.james.auth.AuthParts;

/**
 * The control command {@code blocks}: who is not listened to for guessing; with a name, as {@link
 * URLDecoder} reads it, the blocks of that name end.
 */
record BlocksControl(Injector injector) implements ControlCommand {
  @Override
  public Object answer(List<String> arguments) throws ControlException {
    GuessGuard guard = injector.getInstance(AuthParts.class).guard();
    if (arguments.isEmpty()) {
      return guard.blocks().stream().map(BlocksControl::json).toList();
    }
    if (arguments.size() > 1) {
      throw new ControlException(ExitCodes.USAGE, "blocks takes one name at most");
    }
    return guard.unblock(URLDecoder.decode(arguments.get(0), UTF_8)).stream()
        .map(BlocksControl::json)
        .toList();
  }

  private static Map<String, Object> json(GuessGuard.Block block) {
    return Map.of(
        "scope", block.subject().scope().toString(),
        "of", block.subject().of(),
        "seconds", block.left().toSeconds());
  }

  private static Map<String, Object> json(Subject subject) {
    return Map.of("scope", subject.scope().toString(), "of", subject.of());
  }
}
