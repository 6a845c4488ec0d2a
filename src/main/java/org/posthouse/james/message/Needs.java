/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.util.Locale;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.envelope.DeliverBy;

/** What a mail asks of each host that takes it on, as its sender said; kept as attributes. */
public enum Needs {
  /** Octets that are no lines (BINARYMIME, RFC 3030). */
  BINARYMIME,
  /** A header in UTF-8 (RFC 6532); addresses tell of themselves. */
  SMTPUTF8;

  /** The attribute with the priority that was asked for, from -9 to 9 (RFC 6710). */
  public static final AttributeName PRIORITY = AttributeName.of("org.posthouse.mt-priority");

  private static final AttributeName DELIVER_BY = AttributeName.of("org.posthouse.deliver-by");

  /** Notes by when a mail is to be delivered (RFC 2852). */
  public static void add(Mail mail, DeliverBy by) {
    mail.setAttribute(new Attribute(DELIVER_BY, AttributeValue.of(by.toString())));
  }

  /** By when a mail is to be delivered; empty when nobody has asked for that. */
  public static Optional<DeliverBy> deliverBy(Mail mail) {
    return mail.getAttribute(DELIVER_BY)
        .map(attribute -> String.valueOf((Object) attribute.getValue().value()))
        .flatMap(DeliverBy::read);
  }

  /** The mail attribute that says so; it is true or not there. */
  public AttributeName attribute() {
    return AttributeName.of("org.posthouse.needs." + name().toLowerCase(Locale.ROOT));
  }

  /** Notes the need. */
  public void add(Mail mail) {
    mail.setAttribute(new Attribute(attribute(), AttributeValue.of(true)));
  }
}
