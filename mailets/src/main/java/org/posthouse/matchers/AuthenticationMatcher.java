/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;

/**
 * A matcher over what CheckAuthentication found. Mail that it did not check matches nothing, not
 * even {@code none}.
 */
abstract class AuthenticationMatcher extends RightMatcher {
  private final List<Wanted> wanted = new ArrayList<>();

  /**
   * A result, and what stands behind its colon.
   *
   * @param detail null for any
   */
  record Wanted(String result, @Nullable String detail) {}

  /** The words of results. */
  abstract List<String> results();

  /** The attribute with the result. */
  abstract AttributeName attribute();

  /**
   * Reads what stands behind a colon.
   *
   * @throws MessagingException when there is no such thing
   */
  abstract void readDetail(String word, String detail) throws MessagingException;

  /** Whether the mail has a result with a detail. */
  abstract boolean matches(Mail mail, String result, String detail);

  @Override
  final void read(String condition) throws MessagingException {
    for (String word : words(condition)) {
      String[] parts = word.split(":", 2);
      check(List.of(parts[0]), "result", results());
      if (parts.length > 1) {
        readDetail(word, parts[1]);
      }
      wanted.add(new Wanted(parts[0], parts.length > 1 ? parts[1] : null));
    }
  }

  @Override
  final boolean matches(Mail mail) {
    Optional<String> result = text(mail, attribute());
    return wanted.stream()
        .anyMatch(
            each ->
                each.detail == null
                    ? result.filter(each.result::equals).isPresent()
                    : matches(mail, each.result, each.detail));
  }

  /** Reads the name of a domain in which a * may stand at the begin or the end. */
  final void checkDomain(String word, String domain) throws MessagingException {
    if (domain.isEmpty() || !NamePattern.parse(domain).isReadable()) {
      throw refusal("'" + word + "': behind the colon stands a domain, or *.example.com");
    }
  }

  /** The texts of an attribute. */
  static Stream<String> texts(Mail mail, AttributeName name) {
    return mail
        .getAttribute(name)
        .map(attribute -> attribute.getValue().value())
        .filter(Collection.class::isInstance)
        .stream()
        .flatMap(texts -> ((Collection<?>) texts).stream())
        .map(
            each -> String.valueOf(each instanceof AttributeValue<?> value ? value.value() : each));
  }
}
