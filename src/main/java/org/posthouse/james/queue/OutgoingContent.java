/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.AttributeName;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;
import org.posthouse.envelope.Xtext;
import org.posthouse.james.message.Needs;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.MailContent;
import org.posthouse.smtp.Transaction;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;

/** What is sent of an entry. */
final class OutgoingContent {
  /** Bodies up to this size are read at once, so that no thread waits for them later. */
  private static final long IN_MEMORY = 256 * 1024;

  private final byte[] header;
  private final @Nullable DsnParameters dsn;
  private final String queueId;
  private final Mail attributes;

  private OutgoingContent(byte[] header, Mail attributes, String queueId) {
    this.header = header;
    this.attributes = attributes;
    this.dsn = attributes.dsnParameters().orElse(null);
    this.queueId = queueId;
  }

  /** Whether it was converted to 7 bits before. */
  boolean isConverted() {
    return attributes.getAttribute(OutgoingQueue.CONVERTED).isPresent();
  }

  /** Whether the sender wants to hear that somebody has got the mail (RFC 3461). */
  boolean wantsSuccess() {
    return dsn != null
        && dsn.getRcptParameters().values().stream()
            .flatMap(own -> own.getNotifyParameter().stream())
            .anyMatch(wanted -> wanted.contains(DsnParameters.Notify.SUCCESS));
  }

  /** The value of an attribute, as text. */
  Optional<String> attribute(String name) {
    return attributes
        .getAttribute(AttributeName.of(name))
        .map(attribute -> String.valueOf((Object) attribute.getValue().value()));
  }

  /** Who handed the mail in; null without a login. */
  @Nullable String login() {
    return attribute(Mail.SMTP_AUTH_USER.asString()).orElse(null);
  }

  /** Under which the mail was accepted. */
  String queueId() {
    return queueId;
  }

  static OutgoingContent read(byte[] record, QueuedMail entry) {
    MailImpl.Builder builder = MailImpl.builder().name(entry.name());
    byte[] header;
    try {
      header = MailRecord.read(record, builder);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new SpoolException.Unreadable("its header block is damaged", e);
    }
    MailImpl mail = builder.build();
    return new OutgoingContent(
        header == null ? new byte[0] : header,
        mail,
        QueueId.of(mail).orElse(entry.id().toString()));
  }

  /** For the first recipients that wait. */
  Transaction transaction(Spool spool, QueuedMail entry, int most, long now) {
    List<Transaction.To> to =
        due(entry, now).stream().limit(most).map(Recipient::address).map(this::recipient).toList();
    return new Transaction(
        entry.reversePath(),
        optional(dsn).flatMap(DsnParameters::getRetParameter).map(Enum::name).orElse(null),
        optional(dsn)
            .flatMap(DsnParameters::getEnvIdParameter)
            .map(DsnParameters.EnvId::asString)
            .map(Xtext::decode) // James keeps it as it came
            .orElse(null),
        to,
        content(spool, entry.body()),
        wants(entry),
        false);
  }

  private Transaction.Wants wants(QueuedMail entry) {
    return new Transaction.Wants(
        attributes.getAttribute(Needs.BINARYMIME.attribute()).isPresent(),
        attributes.getAttribute(Needs.SMTPUTF8.attribute()).isPresent(),
        attribute(Needs.PRIORITY.asString()).map(Integer::valueOf).orElse(null),
        entry.recipients().get(0).deliverBy());
  }

  /**
   * Whose time has come, as far as they go the same way; of all who wait, when it has come for
   * none: the entry was taken early.
   */
  static List<Recipient> due(QueuedMail entry, long now) {
    List<Recipient> due =
        entry.queued().stream().filter(recipient -> recipient.notBefore() <= now).toList();
    List<Recipient> some = due.isEmpty() ? entry.queued() : due;
    return some.stream().filter(r -> r.profile().equals(some.get(0).profile())).toList();
  }

  private static <T> Optional<T> optional(@Nullable T value) {
    return Optional.ofNullable(value);
  }

  private Transaction.To recipient(String address) {
    DsnRequest own = DsnRequest.of(attributes, address);
    return new Transaction.To(address, own.wanted(), own.orcpt());
  }

  private MailContent content(Spool spool, @Nullable BodyRef body) {
    if (body == null) {
      return MailContent.of(header);
    }
    if (body.size() > IN_MEMORY) {
      return new Streamed(spool, header, body);
    }
    try (InputStream in = spool.open(body)) {
      byte[] octets = in.readAllBytes();
      if (octets.length != body.size()) {
        throw new SpoolException.Unreadable("its body is short");
      }
      return MailContent.of(header, octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A message that is read while it is sent. */
  private static final class Streamed implements MailContent {
    private final Spool spool;
    private final byte[] header;
    private final BodyRef body;
    private final boolean eightBit;

    Streamed(Spool spool, byte[] header, BodyRef body) {
      this.spool = spool;
      this.header = header;
      this.body = body;
      this.eightBit = hasEightBit();
    }

    private boolean hasEightBit() {
      byte[] block = new byte[64 * 1024];
      try (InputStream in = stream()) {
        boolean found = false;
        for (int read = in.read(block); read >= 0 && !found; read = in.read(block)) {
          found = OctetSearch.hasEightBit(block, 0, read);
        }
        return found;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long size() {
      return header.length + body.size();
    }

    @Override
    public boolean isEightBit() {
      return eightBit;
    }

    @Override
    public boolean isInMemory() {
      return false;
    }

    @Override
    public boolean isSameAs(MailContent other) {
      return other instanceof Streamed streamed
          && body.equals(streamed.body)
          && Arrays.equals(header, streamed.header);
    }

    @Override
    public Octets open() {
      return Octets.of(stream());
    }

    private InputStream stream() {
      return new SequenceInputStream(new ByteArrayInputStream(header), spool.open(body));
    }
  }
}
