/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.util.List;

/**
 * What a look-up came to.
 *
 * @param found at least one when it is FOUND, else none
 * @param text why nothing was found, for a person; empty when it is FOUND
 */
public record LookUp<T>(Verdict verdict, List<T> found, String text) {
  /** Whether there is something, and if not, whether that may change by itself. */
  public enum Verdict {
    FOUND,
    /** The name does not exist (NXDOMAIN). */
    NO_SUCH_NAME,
    /** The name exists and has no such record. */
    NO_DATA,
    /** A server answered that it cannot tell. */
    SERVER_FAILURE,
    /** No server answered in time. */
    TIMEOUT
  }

  public LookUp {
    found = List.copyOf(found);
    if (found.isEmpty() == (verdict == Verdict.FOUND)) {
      throw new IllegalArgumentException(verdict + " " + found);
    }
  }

  static <T> LookUp<T> of(List<T> found) {
    return new LookUp<>(Verdict.FOUND, found, "");
  }

  static <T> LookUp<T> none(Verdict verdict, String text) {
    return new LookUp<>(verdict, List.of(), text);
  }

  public boolean isFound() {
    return verdict == Verdict.FOUND;
  }

  /** Whether a later look-up may find what this one did not. */
  public boolean isTemporary() {
    return verdict == Verdict.SERVER_FAILURE || verdict == Verdict.TIMEOUT;
  }
}
