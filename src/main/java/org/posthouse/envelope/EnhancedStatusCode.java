/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An enhanced status code, as in {@code 5.1.1} (RFC 3463).
 *
 * @param status 2 (success), 4 (persistent transient failure) or 5 (permanent failure)
 * @param subject what it is about, 0 to 999
 * @param detail what about it, 0 to 999
 */
public record EnhancedStatusCode(int status, int subject, int detail) {
  private static final Pattern CODE =
      Pattern.compile("([245])\\.([0-9]{1,3})\\.([0-9]{1,3})(?![0-9.])");

  public EnhancedStatusCode {
    if ((status != 2 && status != 4 && status != 5) || subject < 0 || detail < 0) {
      throw new IllegalArgumentException(status + "." + subject + "." + detail);
    }
  }

  /** The code that a text begins with; empty when it begins with none. */
  public static Optional<EnhancedStatusCode> atStartOf(String text) {
    Matcher matcher = CODE.matcher(text);
    return matcher.lookingAt()
        ? Optional.of(new EnhancedStatusCode(part(matcher, 1), part(matcher, 2), part(matcher, 3)))
        : Optional.empty();
  }

  private static int part(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  @Override
  public String toString() {
    return status + "." + subject + "." + detail;
  }
}
