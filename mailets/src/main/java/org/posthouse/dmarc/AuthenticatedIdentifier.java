/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.Locale;

/**
 * A domain that another mechanism vouches for, or could not say now whether it does.
 *
 * @param domain in ASCII, without the last dot: of the MAIL FROM identity, which for the null
 *     reverse path is the name in HELO (RFC 9989 section 3.2.4), or d= of a signature; lower case
 * @param certain whether it passed; if not, it may when asked again
 */
public record AuthenticatedIdentifier(Mechanism mechanism, String domain, boolean certain) {
  /** Who vouches. */
  public enum Mechanism {
    SPF,
    DKIM;

    /** As Authentication-Results spells it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public AuthenticatedIdentifier {
    domain = domain.toLowerCase(Locale.ROOT);
  }

  /** One that passed. */
  public static AuthenticatedIdentifier passed(Mechanism mechanism, String domain) {
    return new AuthenticatedIdentifier(mechanism, domain, true);
  }

  /** One that the DNS could not say anything of. */
  public static AuthenticatedIdentifier undecided(Mechanism mechanism, String domain) {
    return new AuthenticatedIdentifier(mechanism, domain, false);
  }
}
