/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Spool;

/**
 * A mail to be stored.
 *
 * @param name of the mail
 * @param reversePath without angle brackets, empty for the null reverse-path
 * @param recipients at least one in a queue
 * @param priority 0 to 9
 * @param attempts to deliver it that were made so far
 * @param profile the delivery that it waits for; empty outside a queue for delivery
 * @param deliverBy by when it is to be delivered; null when nobody has asked for that
 * @param content header block and attributes, as the caller encodes them
 * @param body where its octets are
 */
public record Draft(
    String name,
    String reversePath,
    List<String> recipients,
    int priority,
    int attempts,
    String profile,
    @Nullable DeliverBy deliverBy,
    Content content,
    Body body) {
  /** Opaque octets, never written to after construction. */
  public static final class Content {
    private final byte[] octets;

    public Content(byte[] octets) {
      this.octets = octets;
    }

    public byte[] octets() {
      return octets;
    }
  }

  /** Source of a body: one that is in the store already, or octets still to be written. */
  public interface Body {
    /** Makes sure that the body is in the store once the batch is; null when it is empty. */
    @Nullable BodyRef store(Spool spool, Batch batch) throws IOException;

    static Body stored(BodyRef body) {
      return (spool, batch) -> body;
    }

    static Body of(InputStream octets, long size) {
      return (spool, batch) -> size == 0 ? null : spool.write(batch, octets, size);
    }
  }
}
