/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIteratorInterface;

/**
 * Walks over the keys of a table of which blocks cannot be read. Where a block stops the walk it
 * goes on at the next key that can be sought: steps that double find one, halving finds the first.
 */
final class SkippingWalk {
  /** Longer than every key but those of META and REPOSITORY, whose first octets tell enough. */
  private static final int WIDTH = 24;

  private final RocksIteratorInterface iterator;
  private final Supplier<byte[]> key;

  SkippingWalk(RocksIteratorInterface iterator, Supplier<byte[]> key) {
    this.iterator = iterator;
    this.key = key;
  }

  /** Hands over every key that can be read; returns how many gaps there were. */
  int each(Consumer<byte[]> keys) {
    int gaps = 0;
    BigInteger position = BigInteger.ZERO;
    iterator.seekToFirst();
    while (true) {
      while (iterator.isValid()) {
        byte[] next = key.get();
        position = number(next);
        keys.accept(next);
        iterator.next();
      }
      if (!failed()) {
        return gaps;
      }
      gaps++;
      position = behindTheGap(position);
      if (position.bitLength() > WIDTH * Byte.SIZE) {
        return gaps;
      }
      reads(position);
    }
  }

  private BigInteger behindTheGap(BigInteger from) {
    BigInteger bad = from;
    for (int bit = 0; bit < WIDTH * Byte.SIZE; bit++) {
      BigInteger next = from.add(BigInteger.ONE.shiftLeft(bit));
      if (next.bitLength() > WIDTH * Byte.SIZE) {
        break;
      }
      if (reads(next)) {
        return firstReadable(bad, next);
      }
      bad = next;
    }
    return BigInteger.ONE.shiftLeft(WIDTH * Byte.SIZE);
  }

  private BigInteger firstReadable(BigInteger unreadable, BigInteger readable) {
    BigInteger low = unreadable;
    BigInteger high = readable;
    while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = low.add(high).shiftRight(1);
      if (reads(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private boolean reads(BigInteger position) {
    iterator.seek(octets(position));
    return iterator.isValid() || !failed();
  }

  private boolean failed() {
    try {
      iterator.status();
      return false;
    } catch (RocksDBException e) {
      return true;
    }
  }

  private static BigInteger number(byte[] key) {
    return new BigInteger(1, Arrays.copyOf(key, WIDTH));
  }

  private static byte[] octets(BigInteger number) {
    byte[] plain = number.toByteArray();
    byte[] padded = new byte[WIDTH];
    int length = Math.min(plain.length, WIDTH);
    System.arraycopy(plain, plain.length - length, padded, WIDTH - length, length);
    return padded;
  }
}
