/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/**
 * Marks a mail with the delivery that it is queued for. What goes before the slash says where the
 * delivery sends mail.
 */
public final class DeliveryIdentity {
  private static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.delivery");
  private static final char SEPARATOR = '/';

  /** Not a text, which would be stored. */
  private record Mark(String identity) {}

  private DeliveryIdentity() {}

  /** An identity. */
  public static String of(String way, String parameters) {
    return way.replace(SEPARATOR, '_') + SEPARATOR + parameters;
  }

  /** Marks a mail that is about to be queued; the mark stands in its entry, not in the mail. */
  public static void set(Mail mail, String identity) {
    mail.setAttribute(
        new Attribute(ATTRIBUTE, AttributeValue.ofUnserializable(new Mark(identity))));
  }

  /** Empty when there is none. */
  static String of(Mail mail) {
    return mail.getAttribute(ATTRIBUTE)
        .flatMap(attribute -> attribute.getValue().valueAs(Mark.class))
        .map(Mark::identity)
        .orElse("");
  }

  static boolean goSameWay(String one, String other) {
    return way(one).equals(way(other));
  }

  private static String way(String identity) {
    int end = identity.indexOf(SEPARATOR);
    return end < 0 ? identity : identity.substring(0, end);
  }
}
