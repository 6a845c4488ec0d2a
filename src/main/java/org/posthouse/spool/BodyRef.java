/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

/**
 * A stored body.
 *
 * @param id its key
 * @param size in octets
 * @param chunks number of records it takes
 */
public record BodyRef(long id, long size, int chunks) {
  /** Octets of one record of a body; larger bodies never stand in memory whole. */
  public static final int CHUNK = 1 << 20;

  /** How many records a body of this size takes. */
  public static int chunksFor(long size) {
    return Math.toIntExact((size + CHUNK - 1) / CHUNK);
  }
}
