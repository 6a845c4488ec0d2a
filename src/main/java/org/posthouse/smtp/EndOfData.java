/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.List;

/** Hears that the end of the mail data (RFC 5321, section 4.1.1.4) is what a host gets next. */
@FunctionalInterface
public interface EndOfData {
  /** Needs not know. */
  EndOfData UNHEARD = accepted -> {};

  /**
   * From now on the host may have the mail, whatever is heard of it. Called on the event loop, once
   * for a transaction at most; must return at once and not throw.
   *
   * @param accepted whom the host has accepted, at least one
   */
  void follows(List<Transaction.To> accepted);
}
