/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/** Why a mailet lets a mail wait; the server's log and its list of queues tell it. */
public final class WaitReason {
  private static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.waits");

  private WaitReason() {}

  /** Why the mail waits; empty when no mailet has said so. */
  public static Optional<String> of(Mail mail) {
    return AttributeUtils.getValueAndCastFromMail(mail, ATTRIBUTE, String.class);
  }

  /** Says why, in one line. */
  public static void set(Mail mail, String why) {
    mail.setAttribute(new Attribute(ATTRIBUTE, AttributeValue.of(why)));
  }

  /** The mail waits no more. */
  public static void remove(Mail mail) {
    mail.removeAttribute(ATTRIBUTE);
  }
}
