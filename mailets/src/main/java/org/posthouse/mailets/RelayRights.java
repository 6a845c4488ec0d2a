/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Set;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;

/**
 * Whether a mail may be relayed, as its attributes tell. Whatever is sent by {@code
 * MailetContext.sendMail} counts as the host's own from then on, so a stranger's mail must not be.
 */
final class RelayRights {
  /** As {@code org.posthouse.matchers.RightAttributes.HOW}. */
  private static final AttributeName HOW = AttributeName.of("org.posthouse.right");

  private static final AttributeName STOCK_NETWORK =
      AttributeName.of("org.apache.james.SMTPIsAuthNetwork");
  private static final Set<String> RIGHTS = Set.of("login", "certificate", "network", "host");

  private RelayRights() {}

  static boolean mayRelay(Mail mail) {
    return mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()).isPresent()
        || mail.getAttribute(Mail.SMTP_AUTH_USER).isPresent()
        || mail.getAttribute(STOCK_NETWORK).isPresent()
        || mail.getAttribute(HOW)
            .filter(how -> RIGHTS.contains(String.valueOf(how.getValue().value())))
            .isPresent();
  }

  /**
   * Whether the relay wrote it as a report, which has no sender. As for {@code RelayRight=relay} a
   * stranger's mail is not that, forwarded or turned back: it keeps the record of its client.
   */
  static boolean isReport(Mail mail) {
    return !mail.hasSender()
        && mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()).isPresent()
        && mail.getAttribute(HOW).isEmpty()
        && mail.getAttribute(Mail.SMTP_AUTH_USER).isEmpty()
        && mail.getAttribute(STOCK_NETWORK).isEmpty();
  }
}
