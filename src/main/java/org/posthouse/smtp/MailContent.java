/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;

/** The octets of a message as they stand in the queue. */
public interface MailContent {
  /** How many octets there are. */
  long size();

  /** Whether one of them is above 127 (RFC 6152). */
  boolean isEightBit();

  /** Whether {@link #open} and reading never wait for a disk. */
  boolean isInMemory();

  /** Whether another one surely has the same octets. */
  default boolean isSameAs(MailContent other) {
    return equals(other);
  }

  /**
   * Begins to read them; the caller closes it.
   *
   * @throws IOException when they cannot be read
   */
  Octets open() throws IOException;

  /** Gives the octets one after the other. */
  interface Octets extends AutoCloseable {
    /**
     * The next ones, in an array that is valid until the next call and must not be written to.
     *
     * @param most octets, at least 1
     * @return null when there are no more
     * @throws IOException when they cannot be read
     */
    @Nullable ByteBuffer next(int most) throws IOException;

    @Override
    void close() throws IOException;

    /** Those of a stream. */
    static Octets of(InputStream in) {
      return new Octets() {
        private byte[] block = new byte[0];

        @Override
        public @Nullable ByteBuffer next(int most) throws IOException {
          if (block.length < most) {
            block = new byte[most];
          }
          int read = in.readNBytes(block, 0, most);
          return read == 0 ? null : ByteBuffer.wrap(block, 0, read);
        }

        @Override
        public void close() throws IOException {
          in.close();
        }
      };
    }
  }

  /** A message that stands in memory, in some parts one after the other; they are not copied. */
  static MailContent of(byte[]... parts) {
    return new InMemory(List.of(parts));
  }

  /** See {@link #of}. */
  final class InMemory implements MailContent {
    private final List<byte[]> parts;
    private final long size;
    private final boolean eightBit;

    private InMemory(List<byte[]> parts) {
      this.parts = parts;
      this.size = parts.stream().mapToLong(part -> part.length).sum();
      this.eightBit = parts.stream().anyMatch(p -> OctetSearch.hasEightBit(p, 0, p.length));
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public boolean isEightBit() {
      return eightBit;
    }

    @Override
    public boolean isInMemory() {
      return true;
    }

    @Override
    public boolean isSameAs(MailContent other) {
      if (!(other instanceof InMemory memory) || parts.size() != memory.parts.size()) {
        return false;
      }
      for (int i = 0; i < parts.size(); i++) {
        if (!Arrays.equals(parts.get(i), memory.parts.get(i))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Octets open() {
      return new Octets() {
        private int part;
        private int position;

        @Override
        public @Nullable ByteBuffer next(int most) {
          while (part < parts.size() && position == parts.get(part).length) {
            part++;
            position = 0;
          }
          if (part == parts.size()) {
            return null;
          }
          byte[] octets = parts.get(part);
          int length = Math.min(most, octets.length - position);
          ByteBuffer next = ByteBuffer.wrap(octets, position, length);
          position += length;
          return next;
        }

        @Override
        public void close() {
          // It holds nothing.
        }
      };
    }
  }
}
