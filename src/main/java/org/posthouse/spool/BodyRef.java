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

  /** How many records a body of this size takes; an empty one takes one, so that it can be held. */
  public static int chunksFor(long size) {
    return Math.max(1, Math.toIntExact((size + CHUNK - 1) / CHUNK));
  }

  /**
   * Reads what {@link #toString} printed.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static BodyRef parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a body: " + text);
    }
    return new BodyRef(
        Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return id + "/" + size + "/" + chunks;
  }
}
