/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.mail.internet.InternetAddress;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.SpoolException;

/**
 * What an attempt of remote delivery learns of each recipient. It goes with the mail from the
 * delivery to the queue as an attribute that no queue stores. Only who was accepted by a host
 * counts as delivered: nothing is concluded from silence.
 */
public final class DeliveryNotes {
  private static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.delivery-notes");
  private static final int NO_REPLY = 0;
  private static final int PERMANENT = 500;

  /**
   * Replies that ask for a login, a stronger one or TLS before it (RFC 4954 section 6): they are
   * about the relay, which an administrator can mend, and not about the mail.
   */
  private static final Set<Integer> ABOUT_OUR_LOGIN = Set.of(530, 534, 535, 538);

  private final Map<String, Note> notes = new HashMap<>();
  private SpoolException.@Nullable Unreadable damage;

  private DeliveryNotes() {}

  private record Note(@Nullable String host, int code, @Nullable String error) {}

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

  /** A host accepted the mail for this recipient. */
  public void delivered(InternetAddress recipient, String host) {
    notes.put(key(recipient), new Note(host, NO_REPLY, null));
  }

  /**
   * A host did not accept the mail for this recipient.
   *
   * @param code of the reply; empty when there was none that is about this recipient
   * @param error the reply, or why there was none
   */
  public void failed(InternetAddress recipient, String host, OptionalInt code, String error) {
    notes.put(key(recipient), new Note(host, code.orElse(NO_REPLY), error));
  }

  /** No host was reached for this recipient, unless something is known of him. */
  public void unreachable(MailAddress recipient, String error) {
    notes.putIfAbsent(key(recipient), new Note(null, NO_REPLY, error));
  }

  /** No more attempts are made for this recipient. */
  public void givenUp(MailAddress recipient, int attempts) {
    notes.computeIfPresent(
        key(recipient),
        (key, note) ->
            new Note(
                note.host(),
                note.code(),
                "given up after " + attempts + " attempts: " + note.error()));
  }

  /** The mail itself cannot be read. */
  public void damaged(SpoolException.Unreadable reason) {
    damage = reason;
  }

  Optional<SpoolException.Unreadable> damage() {
    return Optional.ofNullable(damage);
  }

  public boolean isDelivered(MailAddress recipient) {
    return isDelivered(notes.get(key(recipient)));
  }

  /** Whether nothing is left to do for this recipient at any host. */
  public boolean isSettled(InternetAddress recipient) {
    Note note = notes.get(key(recipient));
    return isDelivered(note) || isRefused(note);
  }

  /** Whether a reply that is about this recipient asks not to come again. */
  public boolean isRefused(MailAddress recipient) {
    return isRefused(notes.get(key(recipient)));
  }

  private static boolean isRefused(@Nullable Note note) {
    return note != null && note.code() >= PERMANENT && !ABOUT_OUR_LOGIN.contains(note.code());
  }

  private static boolean isDelivered(@Nullable Note note) {
    return note != null && note.error() == null;
  }

  /** Whether a host said something that is about this recipient, other than that it accepts. */
  public boolean isAnswered(MailAddress recipient) {
    Note note = notes.get(key(recipient));
    return note != null && note.code() != NO_REPLY;
  }

  /** The host that was asked last. */
  public Optional<String> host(MailAddress recipient) {
    return Optional.ofNullable(notes.get(key(recipient))).map(Note::host);
  }

  /** What went wrong; empty when nothing did, or nothing is known. */
  public Optional<String> error(MailAddress recipient) {
    return Optional.ofNullable(notes.get(key(recipient))).map(Note::error);
  }

  /** As JavaMail has it: what comes back from a delivery is compared with that. */
  private static String key(MailAddress recipient) {
    return recipient
        .toInternetAddress()
        .map(DeliveryNotes::key)
        .orElseGet(() -> recipient.asString().toLowerCase(Locale.ROOT));
  }

  private static String key(InternetAddress recipient) {
    return recipient.getAddress().toLowerCase(Locale.ROOT);
  }
}
