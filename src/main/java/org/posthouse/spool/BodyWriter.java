/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores bodies. One that fits a single chunk travels in the batch that refers to it. A larger one
 * goes ahead in pieces, each a commit of its own, so that it never stands in memory whole; the
 * first piece comes with a reference by nobody, which marks it as an orphan until the batch
 * commits.
 */
final class BodyWriter {
  /** The holder of a body that is being written. */
  static final SpoolId NOBODY = new SpoolId(0);

  private static final Logger LOGGER = LoggerFactory.getLogger(BodyWriter.class);

  private final Spool spool;

  BodyWriter(Spool spool) {
    this.spool = spool;
  }

  BodyRef write(Batch batch, InputStream content, long size) throws IOException {
    BodyRef body = new BodyRef(spool.nextId().value(), size, BodyRef.chunksFor(size));
    if (body.chunks() > 1) {
      try {
        writeAhead(body, content, batch.isIntake());
      } catch (IOException | RuntimeException e) {
        remove(body);
        throw e;
      }
      batch.release(body, NOBODY).wasWrittenAhead(body);
    } else {
      batch.put(Table.BODY, Keys.chunk(body.id(), 0), exactly(content, (int) size));
    }
    return body;
  }

  /** Removes the large bodies that were written ahead of a batch that will not be committed. */
  void discard(Batch batch) {
    batch.takeWrittenAhead().forEach(this::remove);
  }

  /** Nobody waits for it: what is not removed now is an orphan that the next start removes. */
  private void remove(BodyRef body) {
    spool
        .commit(new Batch().release(body, NOBODY), Durability.ORDERED)
        .exceptionally(
            failure -> {
              LOGGER.debug("body {} is left to the next start", body, failure);
              return null;
            });
  }

  private static void await(CompletableFuture<Void> commit) {
    try {
      commit.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SpoolException known ? known : e;
    }
  }

  /** Pieces of new mail leave the reserve alone, pieces of an outcome may use it. */
  private void writeAhead(BodyRef body, InputStream content, boolean intake) throws IOException {
    long left = body.size();
    for (int i = 0; i < body.chunks(); i++) {
      int length = (int) Math.min(left, BodyRef.CHUNK);
      Batch piece = new Batch().put(Table.BODY, Keys.chunk(body.id(), i), exactly(content, length));
      if (intake) {
        piece.asIntake();
      }
      if (i == 0) {
        piece.put(
            Table.REFERENCE,
            Keys.reference(body.id(), NOBODY),
            Records.extent(body.size(), body.chunks()));
      }
      await(spool.commit(piece, Durability.ORDERED));
      left -= length;
    }
  }

  private static byte[] exactly(InputStream content, int length) throws IOException {
    byte[] octets = new byte[length];
    int read = content.readNBytes(octets, 0, length);
    if (read != length) {
      throw new EOFException("a body ended after " + read + " of " + length + " octets");
    }
    return octets;
  }
}
