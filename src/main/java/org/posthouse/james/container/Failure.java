/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import javax.mail.MessagingException;
import org.jspecify.annotations.Nullable;

/**
 * Lets checked exceptions of mailets through James' interfaces that declare none, as stock does.
 */
final class Failure {
  private Failure() {}

  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException rethrow(Throwable failure) throws E {
    throw (E) failure;
  }

  /** The messages of a failure and its causes in one line. */
  static String text(Throwable failure) {
    StringBuilder text = new StringBuilder(one(failure));
    Throwable last = failure;
    for (Throwable t = next(failure); t != null && t != last; t = next(t)) {
      if (text.indexOf(one(t)) < 0) {
        text.append(": ").append(one(t));
      }
      last = t;
    }
    return text.toString();
  }

  private static @Nullable Throwable next(Throwable failure) {
    return failure instanceof MessagingException e ? e.getNextException() : failure.getCause();
  }

  private static String one(Throwable failure) {
    if (failure instanceof NullPointerException) {
      return "something that it needs is missing: compare its condition or parameters with its"
          + " documentation";
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
