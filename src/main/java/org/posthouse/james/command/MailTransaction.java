/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import com.google.common.collect.ImmutableMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.identity.limits.MailCount;
import org.posthouse.mailets.ReportWishes;

/** What MAIL, RCPT and BDAT have said of the mail that a session is about to hand over. */
public final class MailTransaction {
  /** How far a message by BDAT has come. */
  enum Chunks {
    NONE,
    BEGUN,
    /** One was refused: the client may send no more of this mail (RFC 3030 section 2). */
    FAILED
  }

  private final Map<MailAddress, RecipientDsnParameters> recipients = new HashMap<>();
  private final Map<String, String> originalRecipients = new HashMap<>();
  private BodyType body = BodyType.UNSAID;
  private boolean international;
  private DsnParameters.@Nullable Ret ret;
  private DsnParameters.@Nullable EnvId envid;
  private @Nullable Duration hold;
  private @Nullable Integer priority;
  private @Nullable DeliverBy deliverBy;
  private Chunks chunks = Chunks.NONE;
  private @Nullable Admission admission;
  private @Nullable MailCount count;
  private long size;
  private Runnable atEnd = () -> {};

  public BodyType body() {
    return body;
  }

  void body(BodyType said) {
    body = said;
  }

  /** Whether the client has asked for SMTPUTF8 (RFC 6531). */
  public boolean isInternational() {
    return international;
  }

  void international() {
    international = true;
  }

  void ret(DsnParameters.Ret said) {
    ret = said;
  }

  void envid(DsnParameters.EnvId said) {
    envid = said;
  }

  void recipient(MailAddress address, RecipientDsnParameters said) {
    recipients.put(address, said);
  }

  /** The client has named a recipient once more. */
  void recipientAgain(MailAddress address, Optional<RecipientDsnParameters> said) {
    ReportWishes.united(List.of(Optional.ofNullable(recipients.get(address)), said))
        .ifPresent(united -> recipients.put(address, united));
  }

  /** Values of ORCPT that {@link #dsn} does not hold, by the text of the recipient's address. */
  public Map<String, String> originalRecipients() {
    return Map.copyOf(originalRecipients);
  }

  void originalRecipient(MailAddress address, String orcpt) {
    originalRecipients.put(address.asString(), orcpt);
  }

  /** What was said about reports; empty when nothing was. */
  public Optional<DsnParameters> dsn() {
    return DsnParameters.of(
        Optional.ofNullable(envid), Optional.ofNullable(ret), ImmutableMap.copyOf(recipients));
  }

  /** How long it must wait until it is sent (RFC 4865). */
  public Optional<Duration> hold() {
    return Optional.ofNullable(hold);
  }

  void hold(Duration said) {
    if (hold != null) {
      throw new CommandRefusedException("501", "5.5.4 HOLDFOR and HOLDUNTIL exclude each other");
    }
    hold = said;
  }

  /** From -9 to 9 (RFC 6710). */
  public Optional<Integer> priority() {
    return Optional.ofNullable(priority);
  }

  void priority(int said) {
    priority = said;
  }

  /** By when it is to be delivered (RFC 2852). */
  public Optional<DeliverBy> deliverBy() {
    return Optional.ofNullable(deliverBy);
  }

  void deliverBy(DeliverBy said) {
    deliverBy = said;
  }

  /** Who sends it, and what he may; known from MAIL on. */
  public Admission admission() {
    return Objects.requireNonNull(admission, "before MAIL");
  }

  void admission(Admission decided) {
    admission = decided;
  }

  /** What the mail has taken of its sender's limits; empty before MAIL is accepted. */
  Optional<MailCount> count() {
    return Optional.ofNullable(count);
  }

  /** Nothing was taken of limits, so that it can be tried again. */
  void uncount() {
    count = null;
  }

  void count(MailCount begun) {
    count = begun;
  }

  /** Octets that MAIL has declared (RFC 1870); 0 when it has not. */
  long size() {
    return size;
  }

  void size(long said) {
    size = said;
  }

  /** What is to be given back when the mail is over, accepted or not. */
  public void atEnd(Runnable action) {
    atEnd = action;
  }

  /** A mail that was not accepted gives back what it has taken. */
  void end() {
    count().ifPresent(MailCount::giveBack);
    atEnd.run();
  }

  Chunks chunks() {
    return chunks;
  }

  void chunks(Chunks state) {
    chunks = state;
  }
}
