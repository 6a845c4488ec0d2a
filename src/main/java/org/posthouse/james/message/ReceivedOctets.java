/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A message in memory as it comes in. Each octet is copied once at most: what copies cost, and what
 * they leave to the collector, is much of what a large mail costs. Nothing may be added once it is
 * read; not safe for use by several threads before.
 */
public final class ReceivedOctets extends IncomingOctets {
  private static final int SEGMENT = 8 * 1024;

  private final List<byte[]> parts = new ArrayList<>();
  private byte[] segment = new byte[0];
  private int filled;
  private long size;

  @Override
  public long size() {
    return size;
  }

  /** Adds a copy of octets. */
  @Override
  public void add(byte[] octets, int from, int length) {
    int next = from;
    while (next < from + length) {
      if (filled == segment.length) {
        seal();
        segment = new byte[SEGMENT];
      }
      int room = Math.min(segment.length - filled, from + length - next);
      System.arraycopy(octets, next, segment, filled, room);
      filled += room;
      next += room;
    }
    size += length;
  }

  /** Adds octets that nobody else has from now on; so many are not copied. */
  public void take(byte[] octets) {
    if (octets.length <= SEGMENT) {
      add(octets, 0, octets.length);
      return;
    }
    seal();
    parts.add(octets);
    size += octets.length;
  }

  private void seal() {
    if (filled > 0) {
      parts.add(filled == segment.length ? segment : Arrays.copyOf(segment, filled));
    }
    segment = new byte[0];
    filled = 0;
  }

  /**
   * Writes all of them.
   *
   * @throws IOException when the stream does not take them
   */
  public void writeTo(OutputStream out) throws IOException {
    for (byte[] part : parts) {
      out.write(part);
    }
    out.write(segment, 0, filled);
  }

  @Override
  InputStream open() {
    List<InputStream> all = new ArrayList<>(parts.size() + 1);
    parts.forEach(part -> all.add(new ByteArrayInputStream(part)));
    all.add(new ByteArrayInputStream(segment, 0, filled));
    return new SequenceInputStream(Collections.enumeration(all));
  }
}
