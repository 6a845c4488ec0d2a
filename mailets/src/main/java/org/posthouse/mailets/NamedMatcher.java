/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.jspecify.annotations.Nullable;

/**
 * A matcher that a mailet asks itself. James' own way to make matchers is not part of the Mailet
 * API, so only those that need nothing injected can be asked.
 */
final class NamedMatcher {
  /** Where names without a package are looked for: ours, and the two packages of stock's. */
  private static final List<String> PACKAGES =
      List.of(
          "",
          "org.posthouse.matchers.",
          "org.apache.james.transport.matchers.",
          "org.apache.james.transport.matchers.dlp.");

  private NamedMatcher() {}

  /** What a matcher is told; the condition is null without an equals sign. */
  private record Config(String getMatcherName, @Nullable String getCondition, MailetContext context)
      implements MatcherConfig {
    @Override
    public MailetContext getMailetContext() {
      return context;
    }
  }

  /**
   * Makes a matcher.
   *
   * @param text as in {@code match="…"}: {@code Name} or {@code Name=condition}
   * @throws MessagingException when there is no such matcher, it needs something injected, or it
   *     refuses the condition
   */
  static Matcher of(String text, MailetContext context) throws MessagingException {
    int sign = text.indexOf('=');
    String name = (sign < 0 ? text : text.substring(0, sign)).strip();
    String condition = sign < 0 ? null : text.substring(sign + 1).strip();
    Matcher matcher = make(name);
    matcher.init(new Config(name, condition, context));
    return matcher;
  }

  /**
   * Whether it matches all recipients of a mail.
   *
   * @throws MessagingException when it cannot tell
   */
  static boolean holds(Matcher matcher, Mail mail) throws MessagingException {
    Collection<MailAddress> matched = matcher.match(mail);
    return matched != null && !matched.isEmpty() && matched.containsAll(mail.getRecipients());
  }

  private static Matcher make(String name) throws MessagingException {
    try {
      return type(name).asSubclass(Matcher.class).getConstructor().newInstance();
    } catch (NoSuchMethodException e) {
      throw new MessagingException(
          "matcher " + name + " needs what only James can give it: put it in match=\"…\"", e);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new MessagingException("matcher " + name + " cannot be made: " + e, e);
    }
  }

  private static Class<?> type(String name) throws MessagingException {
    for (String each : PACKAGES) {
      Optional<Class<?>> type = find(each + name);
      if (type.isPresent()) {
        return type.get();
      }
    }
    throw new MessagingException(
        String.format(Locale.ROOT, "there is no matcher %s in %s", name, PACKAGES));
  }

  private static Optional<Class<?>> find(String name) {
    try {
      return Optional.of(Class.forName(name, true, NamedMatcher.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }
}
