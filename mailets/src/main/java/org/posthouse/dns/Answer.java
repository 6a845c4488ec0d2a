/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.util.List;
import org.xbill.DNS.Record;

/**
 * What the DNS says to a question.
 *
 * @param records of the type that was asked for; not empty exactly when they were found
 */
public record Answer(Status status, List<Record> records) {
  /** How it went. */
  public enum Status {
    FOUND,
    /** The name exists, and has no such record. */
    NO_SUCH_RECORD,
    /** NXDOMAIN. */
    NO_SUCH_NAME,
    /** Nobody could say: a server that failed or was silent, DNSSEC that is wrong. */
    TEMPORARY
  }

  public Answer {
    records = List.copyOf(records);
  }

  /** An answer without records. */
  public static Answer none(Status status) {
    return new Answer(status, List.of());
  }
}
