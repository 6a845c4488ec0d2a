/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.posthouse.spelling.NearestName;

/** A matcher over the right of a mail: it matches all recipients or none. */
abstract class RightMatcher extends GenericMatcher {
  /** Reads the condition, which is not empty. */
  abstract void read(String condition) throws MessagingException;

  abstract boolean matches(Mail mail);

  @Override
  public final void init() throws MessagingException {
    String condition = getCondition() == null ? "" : getCondition().trim();
    if (condition.isEmpty()) {
      throw refusal("it needs a condition: " + getMatcherInfo());
    }
    read(condition);
  }

  @Override
  public final Collection<MailAddress> match(Mail mail) {
    return matches(mail) ? mail.getRecipients() : List.of();
  }

  final MessagingException refusal(String why) {
    return new MessagingException("matcher " + getClass().getSimpleName() + ": " + why);
  }

  /** Words that commas or blanks separate, in lower case. */
  static List<String> words(String condition) {
    return Arrays.stream(condition.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * The words of a condition that only some have a meaning in.
   *
   * @param what they are, in a sentence
   * @throws MessagingException naming those that are none, and the nearest right ones
   */
  final Set<String> wordsOf(String condition, String what, List<String> known)
      throws MessagingException {
    List<String> words = words(condition);
    check(words, what, known);
    return Set.copyOf(words);
  }

  final void check(List<String> words, String what, List<String> known) throws MessagingException {
    List<String> wrong =
        words.stream()
            .filter(word -> !known.contains(word))
            .map(
                word ->
                    NearestName.complaint("there is no " + what + " '" + word + "'", word, known))
            .toList();
    if (!wrong.isEmpty()) {
      throw refusal(String.join("; ", wrong));
    }
  }

  static Optional<String> text(Mail mail, AttributeName name) {
    return mail.getAttribute(name)
        .map(attribute -> attribute.getValue().value())
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /** The identity, or in a stock James the login. */
  static Optional<String> identity(Mail mail) {
    return text(mail, RightAttributes.IDENTITY)
        .or(() -> text(mail, Mail.SMTP_AUTH_USER))
        .map(name -> name.toLowerCase(Locale.ROOT));
  }
}
