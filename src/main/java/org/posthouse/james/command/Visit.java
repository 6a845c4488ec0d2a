/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.limits.LimitReached;
import org.posthouse.identity.limits.Limits;
import org.posthouse.identity.limits.Submitter;

/** A session that counts among those of its submitter, from its first mail to its end. */
final class Visit {
  private @Nullable Submitter who;
  private Runnable leave = () -> {};

  /** Enters once for each submitter that the session is: AUTH or XCLIENT may change it. */
  Optional<LimitReached> enter(Limits limits, Submitter now) {
    if (now.equals(who)) {
      return Optional.empty();
    }
    end();
    Optional<LimitReached> reached = limits.enter(now);
    if (reached.isEmpty()) {
      who = now;
      leave = () -> limits.leave(now);
    }
    return reached;
  }

  void end() {
    leave.run();
    leave = () -> {};
    who = null;
  }
}
