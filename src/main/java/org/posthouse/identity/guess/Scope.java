/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import java.util.Locale;

/** Whose failures are counted together. */
public enum Scope {
  /** A client's address. */
  ADDRESS,
  /** All addresses of a /24 (IPv4) or a /64 (IPv6). */
  NETWORK,
  /** A login, from wherever it is not known. */
  LOGIN,
  /** A login at a network where it was right before. */
  PLACE;

  /** As the log has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
