/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of delivery found out about each recipient, for the log: stock keeps neither the
 * host nor the reason of a retry. It goes with the mail as an attribute that no queue stores, and
 * is there when the retry is enqueued and when the item ends.
 */
public final class DeliveryNotes {
  private static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.delivery-notes");

  private final Map<String, Note> notes = new HashMap<>();

  private DeliveryNotes() {}

  private record Note(@Nullable String host, @Nullable String error) {}

  /** Begins an attempt: nothing is known of anybody. */
  public static DeliveryNotes begin(Mail mail) {
    DeliveryNotes fresh = new DeliveryNotes();
    mail.setAttribute(new Attribute(ATTRIBUTE, AttributeValue.ofUnserializable(fresh)));
    return fresh;
  }

  /** Those of the attempt that is being made; empty when the delivery takes none. */
  public static Optional<DeliveryNotes> of(Mail mail) {
    return mail.getAttribute(ATTRIBUTE).flatMap(a -> a.getValue().valueAs(DeliveryNotes.class));
  }

  /** These recipients were accepted by a host. */
  public void delivered(Collection<MailAddress> recipients, String host) {
    recipients.forEach(recipient -> notes.put(key(recipient), new Note(host, null)));
  }

  /**
   * These recipients were not accepted.
   *
   * @param error the host's reply, or why there was none
   */
  public void failed(Collection<MailAddress> recipients, String host, String error) {
    recipients.forEach(recipient -> notes.put(key(recipient), new Note(host, error)));
  }

  /** No host was reached for those of these recipients of whom nothing is known. */
  public void unreachable(Collection<MailAddress> recipients, String error) {
    recipients.forEach(recipient -> notes.putIfAbsent(key(recipient), new Note(null, error)));
  }

  /** No more attempts are made for these recipients. */
  public void givenUp(Collection<MailAddress> recipients, int attempts) {
    for (MailAddress recipient : recipients) {
      notes.computeIfPresent(
          key(recipient),
          (key, note) ->
              new Note(note.host(), "given up after " + attempts + " attempts: " + note.error()));
    }
  }

  /** The host that was asked last. */
  public Optional<String> host(String recipient) {
    return note(recipient).map(Note::host);
  }

  /** What went wrong; empty when nothing did, or nothing is known. */
  public Optional<String> error(String recipient) {
    return note(recipient).map(Note::error);
  }

  private Optional<Note> note(String recipient) {
    return Optional.ofNullable(notes.get(recipient.toLowerCase(Locale.ROOT)));
  }

  private static String key(MailAddress recipient) {
    return recipient.asString().toLowerCase(Locale.ROOT);
  }
}
