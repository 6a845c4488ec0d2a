/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Layout of keys. Numbers are big-endian so that the order of octets is the order of numbers. */
public final class Keys {
  private Keys() {}

  /** Key of an entry in ENVELOPE, CONTENT and ASIDE, and prefix of its recipients. */
  public static byte[] entry(SpoolId id) {
    return ByteBuffer.allocate(8).putLong(id.value()).array();
  }

  /** Reads the entry id that a key starts with. */
  public static SpoolId entry(byte[] key) {
    return new SpoolId(ByteBuffer.wrap(key).getLong());
  }

  /** Key of one recipient of an entry. */
  public static byte[] recipient(SpoolId id, int number) {
    return ByteBuffer.allocate(12).putLong(id.value()).putInt(number).array();
  }

  /** Key of one chunk of a body. */
  public static byte[] chunk(long body, int number) {
    return ByteBuffer.allocate(12).putLong(body).putInt(number).array();
  }

  /** Prefix of all chunks or all references of a body. */
  public static byte[] body(long body) {
    return ByteBuffer.allocate(8).putLong(body).array();
  }

  /** Key of the fact that {@code holder} needs a body. */
  public static byte[] reference(long body, SpoolId holder) {
    return ByteBuffer.allocate(16).putLong(body).putLong(holder.value()).array();
  }

  /** Reads the holder that the key of a reference ends with. */
  static long holder(byte[] reference) {
    return ByteBuffer.wrap(reference).getLong(8);
  }

  /** Key of an entry's place in its queue; due in milliseconds since the epoch, not negative. */
  public static byte[] due(int queue, int lane, long due, SpoolId id) {
    return ByteBuffer.allocate(19)
        .putShort((short) queue)
        .put((byte) lane)
        .putLong(due)
        .putLong(id.value())
        .array();
  }

  /** Prefix of one lane of a queue. */
  public static byte[] lane(int queue, int lane) {
    return ByteBuffer.allocate(3).putShort((short) queue).put((byte) lane).array();
  }

  /** Prefix of a queue's whole order of work. */
  public static byte[] queue(int queue) {
    return ByteBuffer.allocate(2).putShort((short) queue).array();
  }

  /** Key of a mail in a repository. */
  public static byte[] stored(int repository, String mailKey) {
    byte[] name = mailKey.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + name.length).putShort((short) repository).put(name).array();
  }

  /** The first key after all those that start with {@code prefix}; empty when there is none. */
  public static byte[] after(byte[] prefix) {
    byte[] next = prefix.clone();
    for (int i = next.length - 1; i >= 0; i--) {
      if (++next[i] != 0) {
        return next;
      }
    }
    return new byte[0];
  }
}
