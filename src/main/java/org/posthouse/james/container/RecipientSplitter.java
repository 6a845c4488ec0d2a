/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.impl.MatcherMailetPair;
import org.apache.james.mailetcontainer.impl.MatcherSplitter;
import org.apache.james.mailetcontainer.impl.ProcessorUtil;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.util.MDCBuilder;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a matcher for the recipients it matches and splits the mail when these are not all. Unlike
 * stock's splitter it does not copy the body: both mails share it.
 */
final class RecipientSplitter {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecipientSplitter.class);

  private final RelayProcessor processor;
  private final Matcher matcher;
  private final @Nullable String onMatchException;

  RecipientSplitter(RelayProcessor processor, MatcherMailetPair pair) {
    this.processor = processor;
    this.matcher = pair.getMatcher();
    this.onMatchException = pair.getOnMatchException();
  }

  /** The matched part first, marked with stock's attribute, then the rest; or the mail alone. */
  List<Mail> split(Mail mail) throws MessagingException {
    List<MailAddress> original = List.copyOf(mail.getRecipients());
    Outcome outcome = new Outcome(List.of(), null);
    long start = System.nanoTime();
    TimeMetric timer = processor.metrics().timer(matcher.getClass().getSimpleName());
    try {
      outcome = match(mail);
      return split(mail, outcome.matched());
    } finally {
      timer.stopAndPublish();
      tellListeners(mail, original, outcome, (System.nanoTime() - start) / 1_000_000);
    }
  }

  /** What a matcher answered, and what it threw. */
  private record Outcome(Collection<MailAddress> matched, @Nullable Throwable failure) {}

  @SuppressWarnings("try") // The logging context is opened and closed, never read.
  private Outcome match(Mail mail) throws MessagingException {
    try (Closeable context = context(mail)) {
      Collection<MailAddress> matched = matcher.match(mail);
      if (matched == null) {
        return new Outcome(List.of(), null);
      }
      ProcessorUtil.verifyMailAddresses(matched);
      return new Outcome(List.copyOf(matched), null);
    } catch (Exception | NoClassDefFoundError e) {
      return new Outcome(afterFailure(mail, e), e);
    }
  }

  private Collection<MailAddress> afterFailure(Mail mail, Throwable failure) {
    String reaction = onMatchException == null ? Mail.ERROR : onMatchException.trim();
    if (reaction.equalsIgnoreCase("nomatch")) {
      LOGGER.warn("Matcher {} failed on {}: matching none", matcher, mail.getName(), failure);
      return List.of();
    }
    if (reaction.equalsIgnoreCase("matchall")) {
      LOGGER.warn("Matcher {} failed on {}: matching all", matcher, mail.getName(), failure);
      return mail.getRecipients();
    }
    if (reaction.equalsIgnoreCase("propagate")) {
      throw new IllegalStateException(failure);
    }
    String name = matcher.getMatcherConfig().getMatcherName();
    ProcessorUtil.handleException(failure, mail, name, processor.nameOf(reaction), LOGGER);
    return List.of();
  }

  private List<Mail> split(Mail mail, Collection<MailAddress> matched) throws MessagingException {
    if (matched.isEmpty()) {
      return List.of(mail);
    }
    List<MailAddress> rest = new ArrayList<>(mail.getRecipients());
    // One by one, as stock does: a recipient listed twice and matched once stays once.
    matched.forEach(rest::remove);
    if (rest.isEmpty()) {
      mark(mail);
      return List.of(mail);
    }
    mail.setRecipients(rest);
    Mail copy = MailCopy.of(mail, matched);
    processor.copied(copy);
    mark(copy);
    return List.of(copy, mail);
  }

  private static void mark(Mail mail) {
    mail.setAttribute(
        new Attribute(MatcherSplitter.MATCHER_MATCHED_ATTRIBUTE, AttributeValue.of(true)));
  }

  private void tellListeners(
      Mail mail, Collection<MailAddress> original, Outcome outcome, long millis) {
    Collection<MailAddress> matched = outcome.matched().isEmpty() ? null : outcome.matched();
    processor
        .getListeners()
        .forEach(
            listener ->
                listener.afterMatcher(
                    matcher, mail.getName(), original, matched, millis, outcome.failure()));
  }

  private Closeable context(Mail mail) {
    return MDCBuilder.create()
        .addToContext(MDCBuilder.PROTOCOL, "MAILET")
        .addToContext(MDCBuilder.ACTION, "MATCHER")
        .addToContext(MDCBuilder.IP, mail.getRemoteAddr())
        .addToContext(MDCBuilder.HOST, mail.getRemoteHost())
        .addToContext("matcher", matcher.getMatcherInfo())
        .addToContext("state", mail.getState())
        .addToContext("mail", mail.getName())
        .addToContext("recipients", List.copyOf(mail.getRecipients()).toString())
        .addToContext("sender", mail.getMaybeSender().asString())
        .build();
  }
}
