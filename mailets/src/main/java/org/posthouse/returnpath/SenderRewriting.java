/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import java.util.Optional;
import org.posthouse.returnpath.Returned.Reason;
import org.posthouse.secret.Secrets;

/**
 * The Sender Rewriting Scheme, guarded form (Shevek, "The Sender Rewriting Scheme", 2004), written
 * and read as Mail::SRS, libsrs2 and PostSRSd do.
 *
 * <pre>
 * user@first.example        becomes  SRS0=HHHH=TT=first.example=user@second.example
 * that, at another host,    becomes  SRS1=HHHH=second.example==HHHH=TT=first.example=user@third.example
 * </pre>
 *
 * <p>HHHH is a hash, TT a day. Bounces go from the last host to the first that rewrote, and from
 * there home: hosts between are left out, and can be, since only the first has the original.
 */
public final class SenderRewriting {
  private static final String SRS0 = "SRS0";
  private static final String SRS1 = "SRS1";
  private static final String SEPARATORS = "-+=";

  /** Between the parts; hashes and domains do not hold it. */
  private static final String BETWEEN = "=";

  private final String domain;
  private final SrsHash hash;
  private final char separator;
  private final int maxAge;

  /**
   * Rewrites into one domain.
   *
   * @param separator what stands behind SRS0 and SRS1 in new addresses: {@code =}, {@code +} or
   *     {@code -}; all are read
   * @param hashLength characters of new hashes and the fewest that are believed, 4 to 27
   * @param maxAge days, below 1023, that an address is good for
   */
  public SenderRewriting(
      String domain, Secrets secrets, char separator, int hashLength, int maxAge) {
    this.domain = domain;
    this.hash = new SrsHash(secrets, hashLength);
    this.separator = separator;
    this.maxAge = maxAge;
  }

  /** Whether an address is one that some host rewrote into the domain, by its look. */
  public static boolean isRewritten(Mailbox mailbox, String domain) {
    return mailbox.domain().equalsIgnoreCase(domain)
        && (isTagged(mailbox.localPart(), SRS0) || isTagged(mailbox.localPart(), SRS1));
  }

  /**
   * The address to send from instead of the original sender.
   *
   * @param day since 1970 began
   * @return empty for a sender of the domain itself
   */
  public Optional<Mailbox> forward(Mailbox sender, long day) {
    if (sender.domain().equalsIgnoreCase(domain)) {
      return Optional.empty();
    }
    String local = sender.localPart();
    if (isTagged(local, SRS1)) {
      String[] parts = parts(local, 3);
      if (parts.length == 3 && !parts[1].isEmpty() && !parts[2].isEmpty()) {
        return Optional.of(guarded(parts[1], parts[2]));
      }
    }
    if (isTagged(local, SRS0)) {
      return Optional.of(guarded(sender.domain(), local.substring(SRS0.length())));
    }
    String stamp = DayStamp.of(day);
    String code = hash.of(stamp, sender.domain(), local);
    return Optional.of(ours(SRS0, code, stamp, sender.domain(), local));
  }

  /**
   * The address that a bounce goes on to.
   *
   * @param today days since 1970 began
   */
  public Returned reverse(Mailbox recipient, long today) {
    if (!isRewritten(recipient, domain)) {
      return new Returned.Foreign();
    }
    String local = recipient.localPart();
    return isTagged(local, SRS0) ? unstamped(local, today) : unguarded(local, today);
  }

  /** The part from the separator on is opaque: it is the business of the host that made it. */
  private Mailbox guarded(String firstHost, String rest) {
    return ours(SRS1, hash.of(firstHost, rest), firstHost, rest);
  }

  private Mailbox ours(String tag, String... parts) {
    return new Mailbox(tag + separator + String.join(BETWEEN, parts), domain);
  }

  private Returned unstamped(String local, long today) {
    String[] parts = parts(local, 4);
    if (parts.length < 4 || parts[2].isEmpty() || parts[3].isEmpty()) {
      return new Returned.Refused(Reason.MALFORMED);
    }
    if (!DayStamp.isReadable(parts[1])) {
      return new Returned.Refused(Reason.MALFORMED);
    }
    if (!hash.isRight(parts[0], parts[1], parts[2], parts[3])) {
      return new Returned.Refused(Reason.FORGED);
    }
    return DayStamp.isYoung(parts[1], today, maxAge)
        ? new Returned.Original(new Mailbox(parts[3], parts[2]))
        : new Returned.Refused(Reason.EXPIRED);
  }

  private Returned unguarded(String local, long today) {
    String[] parts = parts(local, 3);
    if (parts.length < 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
      return new Returned.Refused(Reason.MALFORMED);
    }
    if (!hash.isRight(parts[0], parts[1], parts[2])) {
      return new Returned.Refused(Reason.FORGED);
    }
    Mailbox first = new Mailbox(SRS0 + parts[2], parts[1]);
    // A mail that went round by us has our own address inside; it need not leave to come back.
    return isRewritten(first, domain)
        ? unstamped(first.localPart(), today)
        : new Returned.Original(first);
  }

  private static boolean isTagged(String local, String tag) {
    return local.length() > tag.length()
        && local.regionMatches(true, 0, tag, 0, tag.length())
        && SEPARATORS.indexOf(local.charAt(tag.length())) >= 0;
  }

  private static String[] parts(String local, int most) {
    return local.substring(SRS0.length() + 1).split(BETWEEN, most);
  }
}
