/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.config.Ambiguous;
import org.posthouse.delivery.config.RouteQuery;
import org.posthouse.queue.QueuedMail;

/** How one {@code RemoteDelivery} of the configuration wants its mail to be delivered. */
public interface DeliveryTerms {
  /** What its mail in the queue is marked with; the same after a restart. */
  String identity();

  /** Whether {@link #passage} looks at more than the domains. */
  boolean routesByContent();

  /** What is done with a mail. */
  Passage passage(RouteQuery query);

  /** What to do when the reply to a final dot is lost. */
  Ambiguous ambiguous();

  /**
   * What is known of a recipient whom an attempt failed for.
   *
   * @param hosts names of the hosts of the site, as far as they are known
   * @param attempts made so far, this one included
   * @param age of the mail in the queue
   * @param hasSender whether somebody could be told
   * @param rest how long the site is left alone from now on; zero when it is up
   */
  record Failed(
      Attempt.Outcome outcome,
      String domain,
      List<String> hosts,
      int attempts,
      Duration age,
      boolean hasSender,
      Duration rest) {}

  /**
   * When he is to be tried again, not before the site's rest is over unless that is too late for
   * him; empty when he is given up.
   */
  Optional<Duration> again(Failed failed);

  /** Whether how long it is tried goes by the age of a mail, and not by attempts. */
  boolean goesByAge();

  /** Whether 8-bit mail is converted for a host that takes 7 bits only (RFC 6152, section 3). */
  boolean converts();

  /** What to say of who is given up after attempts that may have come to something later. */
  String givenUp(Failed failed);

  /** Whether nobody is to get a mail when a host refuses one of its recipients. */
  boolean allOrNone();

  /** Whether mail that is tried again comes after all other mail that is due. */
  boolean retriesLast();

  /** The age at which the sender hears that it takes long; empty for never. */
  Optional<Duration> lateAfter(Failed failed);

  /** Whether {@link #tell} is to be called of recipients who have got the mail. */
  boolean tellsOfSuccess();

  /**
   * Tells whoever has to hear what became of recipients: processors, and the sender. What is sent
   * is stored with the outcome.
   *
   * @param mail as it was queued; it may be changed
   */
  void tell(Mail mail, QueuedMail entry, List<Settled> ends) throws MessagingException;
}
