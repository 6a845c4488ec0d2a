/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;

/**
 * One mail for one host: what goes into a MAIL, some RCPT and a DATA.
 *
 * @param reversePath without angle brackets, empty for the null one
 * @param ret FULL or HDRS (RFC 3461, section 4.3); null when the client did not say
 * @param envid the client's identifier of the mail, decoded; null when it gave none
 * @param recipients at least one
 * @param content the message
 * @param wants what the client asked of each host on the way
 * @param allOrNone whether nobody gets it when the host refuses one of them
 */
public record Transaction(
    String reversePath,
    @Nullable String ret,
    @Nullable String envid,
    List<To> recipients,
    MailContent content,
    Wants wants,
    boolean allOrNone) {
  /**
   * What a mail needs of a host beside 8 bits, and how urgent it is.
   *
   * @param binary whether its octets are no lines (RFC 3030)
   * @param utf8Header whether its header is in UTF-8 (RFC 6532)
   * @param priority from -9 to 9 (RFC 6710); null when nobody said
   * @param deliverBy by when it is to be delivered (RFC 2852); null when nobody said
   */
  public record Wants(
      boolean binary,
      boolean utf8Header,
      @Nullable Integer priority,
      @Nullable DeliverBy deliverBy) {
    public static final Wants NOTHING = new Wants(false, false, null, null);
  }

  /**
   * A recipient.
   *
   * @param forwardPath without angle brackets
   * @param dsnNotify the value of NOTIFY (RFC 3461, section 4.1); null when the client did not say
   * @param orcpt the value of ORCPT as it came, {@code type;xtext}; null when it gave none
   */
  public record To(String forwardPath, @Nullable String dsnNotify, @Nullable String orcpt) {
    /** One of whom nothing was asked. */
    public static To of(String forwardPath) {
      return new To(forwardPath, null, null);
    }
  }

  /** One that goes to whom the host accepts, of which nothing more was asked. */
  public Transaction(
      String reversePath,
      @Nullable String ret,
      @Nullable String envid,
      List<To> recipients,
      MailContent content) {
    this(reversePath, ret, envid, recipients, content, Wants.NOTHING, false);
  }

  public Transaction {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail without recipients");
    }
    recipients = List.copyOf(recipients);
  }

  /** The same for some of its recipients. */
  public Transaction to(List<To> some) {
    return new Transaction(reversePath, ret, envid, some, content, wants, allOrNone);
  }

  /** Whether another one is the same mail to others, so that both can be one transaction. */
  public boolean isSameMailAs(Transaction other) {
    return reversePath.equals(other.reversePath)
        && Objects.equals(ret, other.ret)
        && Objects.equals(envid, other.envid)
        && wants.equals(other.wants)
        && !allOrNone
        && !other.allOrNone
        && content.isSameAs(other.content);
  }

  /** The same, to the recipients of another one too. */
  public Transaction and(Transaction other) {
    List<To> both = new ArrayList<>(recipients);
    both.addAll(other.recipients);
    return to(both);
  }

  /** The same, to all of its recipients or to none. */
  public Transaction allOrNone(boolean wanted) {
    return new Transaction(reversePath, ret, envid, recipients, content, wants, wanted);
  }

  /** Whether it can only be sent with SMTPUTF8 (RFC 6531). */
  boolean needsUtf8() {
    return wants.utf8Header()
        || !isAscii(reversePath)
        || recipients.stream().anyMatch(recipient -> !isAscii(recipient.forwardPath()));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
