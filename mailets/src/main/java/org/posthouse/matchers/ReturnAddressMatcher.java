/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.posthouse.returnpath.Mailbox;

/** A matcher over recipients that mail came back to, by their look. */
abstract class ReturnAddressMatcher extends GenericMatcher {
  private final List<Predicate<Mailbox>> wanted = new ArrayList<>();

  /**
   * Reads one word of the condition.
   *
   * @throws MessagingException when it means nothing
   */
  abstract Predicate<Mailbox> read(String word) throws MessagingException;

  @Override
  public final void init() throws MessagingException {
    String condition = getCondition() == null ? "" : getCondition();
    for (String word : RightMatcher.words(condition)) {
      wanted.add(read(word));
    }
    if (wanted.isEmpty()) {
      throw refusal("it needs a condition: " + getMatcherInfo());
    }
  }

  @Override
  public final Collection<MailAddress> match(Mail mail) {
    return mail.getRecipients().stream().filter(this::isWanted).toList();
  }

  final MessagingException refusal(String why) {
    return new MessagingException("matcher " + getClass().getSimpleName() + ": " + why);
  }

  private boolean isWanted(MailAddress recipient) {
    Mailbox mailbox = Mailbox.of(recipient.getLocalPart(), recipient.getDomain().asString());
    return wanted.stream().anyMatch(each -> each.test(mailbox));
  }
}
