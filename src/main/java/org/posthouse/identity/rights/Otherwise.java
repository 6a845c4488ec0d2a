/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import org.jspecify.annotations.Nullable;

/**
 * What happens to mail whose sender is not allowed.
 *
 * @param address of {@link Kind#REWRITE}; null for the first address of the client's own
 * @param header the field that {@link Kind#MARK} adds; null for none
 */
record Otherwise(Kind kind, @Nullable String address, @Nullable String header) {
  enum Kind {
    /** As soon as it is known. */
    REFUSE,
    /** When the mail has come as a whole, so that it can be seen what was tried. */
    REFUSE_AFTER_DATA,
    REWRITE,
    MARK
  }

  static final Otherwise REFUSE = new Otherwise(Kind.REFUSE, null, null);
}
