/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A domain, or all domains below one.
 *
 * @param name in its normal form
 * @param below whether it stands for the domains below the name, at any depth, without itself
 */
record DomainPattern(String name, boolean below) {
  /** Longer than any name, so that a whole name is more specific than what it may end with. */
  private static final int WHOLE = 1000;

  /**
   * Reads {@code example.com} or {@code *.example.com}.
   *
   * @throws IllegalArgumentException when it is neither; the message says why
   */
  static DomainPattern parse(String text) {
    if (text.equals("*")) {
      throw new IllegalArgumentException("'*' is no pattern; what is not limited is left out");
    }
    boolean below = text.startsWith("*.");
    return new DomainPattern(HostNames.parse(below ? text.substring(2) : text), below);
  }

  /**
   * Reads one or more, separated by blanks.
   *
   * @throws IllegalArgumentException when there is none, or one that is no pattern
   */
  static List<DomainPattern> list(String text) {
    List<DomainPattern> all = new ArrayList<>();
    for (String word : text.trim().split("\\s+", -1)) {
      all.add(parse(word));
    }
    return List.copyOf(all);
  }

  /** Whether a domain in its normal form is meant. */
  boolean matches(String domain) {
    return below ? domain.endsWith("." + name) : domain.equals(name);
  }

  /** Whether everything that another pattern matches is matched here. */
  boolean covers(DomainPattern other) {
    return equals(other) || (below && matches(other.name));
  }

  /** Of two patterns that match a domain, the one with the higher number says more of it. */
  int precision() {
    return name.length() + (below ? 0 : WHOLE);
  }

  @Override
  public String toString() {
    return below ? "*." + name : name;
  }
}
