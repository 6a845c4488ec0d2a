/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.posthouse.rewriting.RuleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mail as header rules see it. */
final class MailContext implements RuleContext {
  private static final Logger LOGGER = LoggerFactory.getLogger(MailContext.class);

  /** Set by Posthouse where the client asked for SMTPUTF8; a stock James does not know it. */
  private static final AttributeName NEEDS_UTF8 = AttributeName.of("org.posthouse.needs.smtputf8");

  private final Mail mail;
  private final Map<String, Matcher> matchers;
  private final ZonedDateTime now;

  MailContext(Mail mail, Map<String, Matcher> matchers, ZonedDateTime now) {
    this.mail = mail;
    this.matchers = matchers;
    this.now = now;
  }

  @Override
  public String sender() {
    return mail.getMaybeSender().asOptional().map(MailAddress::asString).orElse("");
  }

  @Override
  public String recipient() {
    Collection<MailAddress> recipients = mail.getRecipients();
    return recipients.size() == 1 ? recipients.iterator().next().asString() : "";
  }

  @Override
  public String login() {
    return text(Mail.SMTP_AUTH_USER);
  }

  @Override
  public String mailName() {
    return Optional.ofNullable(mail.getName()).orElse("");
  }

  @Override
  public String attribute(String name) {
    return text(AttributeName.of(name));
  }

  @Override
  public ZonedDateTime now() {
    return now;
  }

  @Override
  public boolean isUtf8() {
    return mail.getAttribute(NEEDS_UTF8).isPresent();
  }

  /** A matcher that fails does not hold: the mail is worth more than a header field. */
  @Override
  public boolean matches(String matcher) {
    try {
      return NamedMatcher.holds(Objects.requireNonNull(matchers.get(matcher)), mail);
    } catch (MessagingException e) {
      LOGGER.warn("mail {}: matcher {} fails and is taken not to hold", mail.getName(), matcher, e);
      return false;
    }
  }

  private String text(AttributeName name) {
    return mail.getAttribute(name)
        .map(attribute -> String.valueOf((Object) attribute.getValue().value()))
        .orElse("");
  }
}
