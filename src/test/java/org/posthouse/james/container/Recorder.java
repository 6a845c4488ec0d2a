/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.GenericMatcher;

/** Mailets and matchers that the tests name in XML. Each test thread has its own record. */
public final class Recorder {
  static final ThreadLocal<List<String>> SEEN = ThreadLocal.withInitial(ArrayList::new);
  static final ThreadLocal<List<Mail>> MAILS = ThreadLocal.withInitial(ArrayList::new);

  private Recorder() {}

  static String xml(String simpleName) {
    return Recorder.class.getName() + "$" + simpleName;
  }

  public static final class Note extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
      SEEN.get().add(getInitParameter("as", "?") + " " + mail.getRecipients());
      MAILS.get().add(mail);
      if (getInitParameter("error", false)) {
        SEEN.get().add(mail.getErrorMessage());
      }
    }
  }

  public static final class Fail extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
      throw new MessagingException("failed on purpose");
    }
  }

  public static final class FailToLoad extends GenericMailet {
    @Override
    public void init() throws MessagingException {
      throw new MessagingException("needs <thing>");
    }

    @Override
    public void service(Mail mail) {}
  }

  public static final class FailLate extends GenericMailet implements LateCheck {
    @Override
    public List<String> problems() {
      return List.of("nothing to ask");
    }

    @Override
    public void service(Mail mail) {}
  }

  public static final class FailMatch extends GenericMatcher {
    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
      throw new MessagingException("match failed on purpose");
    }
  }
}
