/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the large bodies that were being written when the process died: they have a reference by
 * nobody and no other. Reads keys only; runs before anything is accepted.
 */
final class Orphans {
  private static final Logger LOGGER = LoggerFactory.getLogger(Orphans.class);

  private final Spool spool;

  Orphans(Spool spool) {
    this.spool = spool;
  }

  int remove() {
    int removed = 0;
    try (Spool.Cursor references = spool.scan(Table.REFERENCE, new byte[0], new byte[0])) {
      while (references.next()) {
        if (Keys.holder(references.key()) == BodyWriter.NOBODY.value()) {
          remove(Keys.entry(references.key()).value(), references.value());
          removed++;
        }
      }
    }
    if (removed > 0) {
      LOGGER.info("removed {} bodies that were not accepted before the last stop", removed);
    }
    return removed;
  }

  private void remove(long body, byte[] extent) {
    BodyRef orphan = new BodyRef(body, Records.size(extent), Records.chunks(extent));
    spool.commit(new Batch().release(orphan, BodyWriter.NOBODY), Durability.ORDERED).join();
  }
}
