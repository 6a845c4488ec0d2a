/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

/** The tables of the store; src/doc/SPOOL.md shows what each record holds. */
public enum Table {
  /** Format version, names of queues and repositories, the lease on ids. */
  META,
  /** Entry id → envelope without recipients: small, read by every scan. */
  ENVELOPE,
  /** Entry id → header block and attributes: read when an entry is worked on. */
  CONTENT,
  /** Entry id, number → one recipient and what became of it: all that an outcome rewrites. */
  RECIPIENT,
  /** Body id, chunk number → octets of a body. */
  BODY,
  /** Body id, holder → extent of the body; a body lives as long as it has a holder. */
  REFERENCE,
  /** Queue, lane, due time, entry id → nothing: the order of work. */
  DUE,
  /** Repository, mail key → entry id. */
  REPOSITORY,
  /** Entry id → why an unreadable entry was set aside. */
  ASIDE;

  /** Whether values are large and move out of the sorted files. */
  boolean holdsLargeValues() {
    return this == BODY;
  }
}
