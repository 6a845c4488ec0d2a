/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The half of a store that reads; every change is refused. */
abstract class UnwritableSpool implements Spool {
  private static final String REFUSED = "the store is open for reading only";

  @Override
  public CompletableFuture<Void> commit(Batch batch, Durability durability) {
    return CompletableFuture.failedFuture(new SpoolException(REFUSED));
  }

  @Override
  public SpoolId nextId() {
    throw new SpoolException(REFUSED);
  }

  @Override
  public BodyRef write(Batch batch, InputStream content, long size) {
    throw new SpoolException(REFUSED);
  }

  /** Nothing was written ahead. */
  @Override
  public void discard(Batch batch) {}

  @Override
  public InputStream open(BodyRef body) {
    return new BodyReader(this, body);
  }

  @Override
  public boolean hasRoom() {
    return false;
  }

  @Override
  public Counters counters() {
    return new Counters(0, 0, 0);
  }

  @Override
  public void checkpoint(Path directory) {
    throw new SpoolException(REFUSED);
  }
}
