/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.Reply;
import org.posthouse.james.command.BdatCommand;
import org.posthouse.james.command.RelaySession;

/** A connection's chunks (RFC 3030): each has one reply, after its last octet. */
final class ChunkReception {
  private final DataReception reception;
  private boolean within;
  private long octets;
  private @Nullable Response refusal;

  ChunkReception(DataReception reception) {
    this.reception = reception;
  }

  /** The reply to the chunk that ends with the part; null when more of it is to come. */
  @Nullable Response onPart(RelaySession session, ChunkPart part) {
    if (!within) {
      begin(session);
    }
    octets += part.octets().length;
    if (refusal == null) {
      refusal = reception.add(session, part.octets());
    }
    if (!part.endsChunk()) {
      return null;
    }
    within = false;
    if (refusal != null) {
      return refuse(session, refusal);
    }
    return part.isLast()
        ? reception.end(session)
        : Reply.of("250", "2.0.0 " + octets + " octets received");
  }

  private void begin(RelaySession session) {
    within = true;
    octets = 0;
    refusal = BdatCommand.refusal(session);
    if (refusal == null && !BdatCommand.isUnderWay(session)) {
      reception.begin(session);
      BdatCommand.begun(session);
    }
  }

  /** Of a mail that had begun nothing more is taken; without one there is nothing to end. */
  private static Response refuse(RelaySession session, Response refusal) {
    if (BdatCommand.isUnderWay(session)) {
      BdatCommand.failed(session);
    }
    return refusal;
  }
}
