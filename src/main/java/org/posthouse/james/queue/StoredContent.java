/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Optional;
import org.apache.james.server.core.MailImpl;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.WaitReason;
import org.posthouse.spool.SpoolException;

/** What is read of an entry's content without a mail around it. */
public final class StoredContent {
  private static final byte[] NOTHING = new byte[0];

  private final byte[] header;
  private final boolean hasMessage;
  private final @Nullable String queueId;
  private final @Nullable String waitReason;
  private final @Nullable String errorMessage;

  private StoredContent(
      byte @Nullable [] header,
      @Nullable String queueId,
      @Nullable String waitReason,
      @Nullable String errorMessage) {
    this.header = header == null ? NOTHING : header;
    this.hasMessage = header != null;
    this.queueId = queueId;
    this.waitReason = waitReason;
    this.errorMessage = errorMessage;
  }

  /**
   * Reads a content record.
   *
   * @throws SpoolException.Unreadable when it is damaged
   */
  public static StoredContent read(byte[] record) {
    MailImpl.Builder builder = MailImpl.builder().name("stored");
    byte[] header;
    try {
      header = MailRecord.read(record, builder);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new SpoolException.Unreadable("its header block is damaged", e);
    }
    MailImpl mail = builder.build();
    try {
      return new StoredContent(
          header,
          QueueId.of(mail).orElse(null),
          WaitReason.of(mail).orElse(null),
          mail.getErrorMessage());
    } finally {
      mail.dispose();
    }
  }

  /** The header block, with the empty line that ends it; empty when there is no message. */
  public byte[] header() {
    return header.clone();
  }

  public boolean hasMessage() {
    return hasMessage;
  }

  /** The id that the reply to the client and the log name. */
  public Optional<String> queueId() {
    return Optional.ofNullable(queueId);
  }

  /** Why a mailet lets the mail wait. */
  public Optional<String> waitReason() {
    return Optional.ofNullable(waitReason);
  }

  /** Why a mailet or the container sent it to another processor, such as that for errors. */
  public Optional<String> errorMessage() {
    return Optional.ofNullable(errorMessage);
  }
}
