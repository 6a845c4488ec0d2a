/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

/** Octets of a chunk that a client sends after BDAT (RFC 3030), as they come. */
final class ChunkPart {
  private final byte[] octets;
  private final boolean endsChunk;
  private final boolean isLast;

  /**
   * Some octets.
   *
   * @param octets nobody else has them; none at the end of a chunk that is empty
   * @param endsChunk whether the reply is due
   * @param isLast whether the chunk is the message's last
   */
  ChunkPart(byte[] octets, boolean endsChunk, boolean isLast) {
    this.octets = octets;
    this.endsChunk = endsChunk;
    this.isLast = isLast;
  }

  /** Not a copy. */
  byte[] octets() {
    return octets;
  }

  boolean endsChunk() {
    return endsChunk;
  }

  boolean isLast() {
    return isLast;
  }
}
