/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

/** What an address that mail came back to turns out to be. */
public sealed interface Returned {
  /** One that was made here, and the mailbox it was made of. */
  record Original(Mailbox mailbox) implements Returned {}

  /** One that looks as if it had been made here. */
  record Refused(Reason reason) implements Returned {}

  /** Another address. */
  record Foreign() implements Returned {}

  /** Why an address is refused. */
  enum Reason {
    /** Its parts are not there. */
    MALFORMED,
    /** No secret gives its hash. */
    FORGED,
    /** It was made too long ago. */
    EXPIRED
  }
}
