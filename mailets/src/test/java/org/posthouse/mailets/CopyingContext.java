/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;

/** Keeps mails as James' spool does, until it is full; knows nothing else. */
final class CopyingContext {
  final List<Mail> taken = new ArrayList<>();
  int most = Integer.MAX_VALUE;

  MailetContext context() {
    return (MailetContext)
        Proxy.newProxyInstance(
            MailetContext.class.getClassLoader(),
            new Class<?>[] {MailetContext.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("sendMail") || arguments.length != 2) {
                throw new UnsupportedOperationException(method.toString());
              }
              send((Mail) arguments[0], (String) arguments[1]);
              return null;
            });
  }

  private void send(Mail mail, String state) throws MessagingException {
    if (taken.size() == most) {
      throw new MessagingException("full");
    }
    mail.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
    mail.setState(state);
    taken.add(MailImpl.duplicate(mail));
  }
}
