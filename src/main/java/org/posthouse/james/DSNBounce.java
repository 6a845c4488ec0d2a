/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.util.List;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.mailet.Mail;
import org.posthouse.dsn.DsnNotify;
import org.posthouse.dsn.Report;
import org.posthouse.james.queue.DsnRequest;

/**
 * Tells the sender that a chain does not deliver a mail. It is stock's, with stock's parameters,
 * but leaves out recipients of whom the sender wants no such report (NOTIFY; RFC 3461, section
 * 4.1). Where none is left, the mail goes the same way without a report.
 */
public class DSNBounce extends org.apache.james.transport.mailets.DSNBounce {
  @Inject
  public DSNBounce(DNSService dns) {
    super(dns);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    List<MailAddress> all = List.copyOf(mail.getRecipients());
    List<MailAddress> told = all.stream().filter(each -> isWanted(mail, each)).toList();
    if (told.isEmpty()) {
      if (!getInitParameters().getPassThrough()) {
        mail.setState(Mail.GHOST);
      }
      return;
    }
    mail.setRecipients(told);
    try {
      super.service(mail);
    } finally {
      mail.setRecipients(all);
    }
  }

  private static boolean isWanted(Mail mail, MailAddress recipient) {
    return DsnNotify.of(DsnRequest.of(mail, recipient.asString()).wanted())
        .wants(Report.Kind.FAILURE);
  }
}
