/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A large message in memory as it comes in, outside the heap: what lives as long as a megabyte
 * takes to arrive would be moved by the collector again and again. Its end must be told by {@link
 * #release}; who reads it later gets an exception. Nothing may be added once it is read.
 */
public final class PooledOctets extends IncomingOctets {
  /** Octets of a block. */
  public static final int BLOCK = 256 * 1024;

  private final List<ByteBuf> blocks = new ArrayList<>();
  private long size;
  private boolean over;

  @Override
  public long size() {
    return size;
  }

  /** How many octets can be added before it must {@link #grow}. */
  public long room() {
    return (long) blocks.size() * BLOCK - size;
  }

  /** Takes one block more. */
  public void grow() {
    blocks.add(PooledByteBufAllocator.DEFAULT.directBuffer(BLOCK, BLOCK));
  }

  /** Adds a copy of octets, for which there must be room. */
  @Override
  public void add(byte[] octets, int from, int length) {
    int next = from;
    while (next < from + length) {
      ByteBuf block = blocks.get((int) (size / BLOCK));
      int count = Math.min(block.writableBytes(), from + length - next);
      block.writeBytes(octets, next, count);
      next += count;
      size += count;
    }
  }

  /**
   * Writes all of them.
   *
   * @throws IOException when the stream does not take them
   */
  public void writeTo(OutputStream out) throws IOException {
    for (ByteBuf block : blocks) {
      block.getBytes(0, out, block.writerIndex());
    }
  }

  /**
   * Gives its memory back.
   *
   * @return how many blocks it had
   */
  public int release() {
    int count = blocks.size();
    blocks.forEach(ByteBuf::release);
    blocks.clear();
    over = true;
    return count;
  }

  @Override
  InputStream open() {
    if (over) {
      throw new IllegalStateException("the transaction of this message is over");
    }
    List<InputStream> all = new ArrayList<>(blocks.size());
    blocks.forEach(block -> all.add(new ByteBufInputStream(block.duplicate())));
    return new SequenceInputStream(Collections.enumeration(all));
  }
}
