/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A message in a file as it comes in, which is gone with {@link #release} or with the process.
 * James' own file begins only where a message is large, and holds it in memory until then.
 */
public final class FiledOctets extends IncomingOctets {
  private static final int BLOCK = 8192;

  private final FileChannel file;
  private final OutputStream out;
  private long size;

  /**
   * An empty one.
   *
   * @throws IOException when the directory of temporary files takes none
   */
  public FiledOctets() throws IOException {
    Path path = Files.createTempFile("incoming-", ".eml");
    file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    out = new BufferedOutputStream(Channels.newOutputStream(file), BLOCK);
  }

  /**
   * Adds octets.
   *
   * @throws IOException when the disk does not take them
   */
  @Override
  public void add(byte[] octets, int from, int length) throws IOException {
    out.write(octets, from, length);
    size += length;
  }

  /**
   * Nothing more is added.
   *
   * @throws IOException when the disk does not take the last octets
   */
  public void finish() throws IOException {
    out.flush();
  }

  @Override
  public long size() {
    return size;
  }

  /** Removes it; it cannot be read any more. */
  public void release() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a file that was written cannot be closed", e);
    }
  }

  @Override
  InputStream open() {
    return new BufferedInputStream(new Reading(), BLOCK);
  }

  /** From a place of its own: several may read at once. */
  private final class Reading extends InputStream {
    private long next;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = file.read(ByteBuffer.wrap(octets, from, length), next);
      next += Math.max(0, count);
      return count;
    }
  }
}
