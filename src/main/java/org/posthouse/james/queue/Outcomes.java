/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.Mail;
import org.posthouse.queue.Recipient;

/**
 * What an attempt of stock's delivery came to for each recipient, told by what it left: recipients
 * enqueued again are deferred, those in a bounce or under an error are bounced, all others were
 * delivered. The log and the records of the store both go by it.
 */
final class Outcomes {
  private final Map<MailAddress, Outcome> outcomes = new LinkedHashMap<>();

  private Outcomes() {}

  /**
   * The outcome of one recipient.
   *
   * @param state queued when it is tried again
   * @param next how long until then; zero otherwise
   */
  private record Outcome(Recipient.State state, Duration next) {}

  static Outcomes of(Mail worked, Collection<MailAddress> recipients, List<Staged> staged) {
    Outcomes outcomes = new Outcomes();
    for (Staged each : staged) {
      switch (each.kind()) {
        case DEFERRED -> outcomes.add(each.recipients(), Recipient.State.QUEUED, each.delay());
        case BOUNCED -> outcomes.add(each.recipients(), Recipient.State.BOUNCED, Duration.ZERO);
        case OTHER -> {} // nothing went wrong with anybody
      }
    }
    if (worked.getAttribute(Bouncer.IS_DELIVERY_PERMANENT_ERROR).isPresent()) {
      // Given up without a bounce; stock leaves the recipients that failed in the mail.
      outcomes.add(worked.getRecipients(), Recipient.State.BOUNCED, Duration.ZERO);
    }
    outcomes.add(recipients, Recipient.State.DELIVERED, Duration.ZERO);
    outcomes.outcomes.keySet().retainAll(Set.copyOf(recipients));
    return outcomes;
  }

  /** What is known of somebody first counts. */
  private void add(Collection<MailAddress> recipients, Recipient.State state, Duration next) {
    recipients.forEach(recipient -> outcomes.putIfAbsent(recipient, new Outcome(state, next)));
  }

  List<MailAddress> recipients(Recipient.State state) {
    return outcomes.entrySet().stream()
        .filter(entry -> entry.getValue().state() == state)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How long until the next attempt for a recipient that is tried again. */
  Duration next(MailAddress recipient) {
    return Optional.ofNullable(outcomes.get(recipient)).map(Outcome::next).orElse(Duration.ZERO);
  }

  /** Empty for a recipient that the attempt was not about. */
  Optional<Recipient.State> state(MailAddress recipient) {
    return Optional.ofNullable(outcomes.get(recipient)).map(Outcome::state);
  }
}
