/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of a user's passwords, named so that it can be revoked alone.
 *
 * @param expires the last day, in UTC, on which it opens; null for one that does not expire
 */
public record Credential(String name, ScramVerifier verifier, @Nullable LocalDate expires) {
  /** The name when none is given. */
  public static final String DEFAULT_NAME = "default";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public Credential {
    checkName(name);
  }

  /** Whether it opens no more on that day of UTC. */
  public boolean isExpired(LocalDate today) {
    return expires != null && today.isAfter(expires);
  }

  /**
   * Checks a name before anything is done with it.
   *
   * @throws IllegalArgumentException when the name is not 1 to 64 of letters, digits, dot,
   *     underscore, hyphen
   */
  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "credential name may hold 1 to 64 ASCII letters, digits, '.', '_', '-'");
    }
  }
}
