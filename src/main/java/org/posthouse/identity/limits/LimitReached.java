/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mail, a recipient or a session is beyond a limit.
 *
 * @param limit its name
 * @param bound what is reached, such as {@code 1000 messages in 1h}
 * @param key whose count it is: an identity, a group, a domain, a network or {@code all}
 * @param frees when the same would pass; empty when it never would, or nobody can tell
 * @param hold whether it passes and the mail must wait until then
 * @param code of the SMTP reply
 * @param text of the reply, which begins with the enhanced status code (RFC 3463; X.7.28 of RFC
 *     7372's registry is "mail flood detected")
 */
public record LimitReached(
    String limit,
    String bound,
    String key,
    Optional<Duration> frees,
    boolean hold,
    String code,
    String text) {
  /** Of two that hold the same mail the one that does it for longer. */
  static LimitReached longer(@Nullable LimitReached one, LimitReached other) {
    return one != null && frees(one).compareTo(frees(other)) >= 0 ? one : other;
  }

  private static Duration frees(LimitReached reached) {
    return reached.frees.orElse(Duration.ZERO);
  }
}
