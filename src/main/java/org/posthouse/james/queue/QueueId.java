/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/**
 * The id under which a mail was accepted. It stays with the mail through splits, queues and
 * retries, stands in the reply to the client and in every log line.
 */
public final class QueueId {
  /** The mail attribute that carries it. */
  public static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.queue-id");

  private QueueId() {}

  /** The id of a mail; empty when it was not queued yet. */
  public static Optional<String> of(Mail mail) {
    return mail.getAttribute(ATTRIBUTE).flatMap(id -> id.getValue().valueAs(String.class));
  }

  static void remove(Mail mail) {
    mail.removeAttribute(ATTRIBUTE);
  }

  static void set(Mail mail, String id) {
    mail.setAttribute(new Attribute(ATTRIBUTE, AttributeValue.of(id)));
  }
}
