/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.channel.ChannelFuture;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.smtp.Answer.Failure;
import org.posthouse.smtp.Answer.Kind;

/**
 * A session that can take mail, one transaction after another. Every method may be called from any
 * thread; futures are completed on the event loop and never with an exception.
 */
public final class SmtpSession {
  private final Conversation conversation;
  private final Capabilities capabilities;
  private final @Nullable TlsSession tls;
  private final Executor readers;
  private final Clock clock;

  /** Whether the host still holds a transaction that came to nothing. */
  private boolean begun;

  SmtpSession(
      Conversation conversation,
      Capabilities capabilities,
      @Nullable TlsSession tls,
      Executor readers,
      Clock clock) {
    this.conversation = conversation;
    this.capabilities = capabilities;
    this.tls = tls;
    this.readers = readers;
    this.clock = clock;
  }

  public Capabilities capabilities() {
    return capabilities;
  }

  /** How the session is protected; empty when it is not. */
  public Optional<TlsSession> tls() {
    return Optional.ofNullable(tls);
  }

  /** False once the host, or an error, has ended it. */
  public boolean isOpen() {
    return conversation.isOpen();
  }

  /** Calls this, on the event loop, when the session has ended; at once when it has already. */
  public void whenClosed(Runnable listener) {
    ChannelFuture unused =
        conversation.channel().closeFuture().addListener(closed -> listener.run());
  }

  /** Sends a mail; one at a time. */
  public CompletableFuture<TransactionOutcome> send(Transaction transaction) {
    return send(transaction, EndOfData.UNHEARD);
  }

  /**
   * As {@link #send(Transaction)}.
   *
   * @param end hears just before the host may have the whole mail
   */
  public CompletableFuture<TransactionOutcome> send(Transaction transaction, EndOfData end) {
    return onLoop(() -> attempt(transaction, end));
  }

  /** Says good-bye and closes; nobody needs to wait for it. */
  public CompletableFuture<Void> quit() {
    return onLoop(
        () ->
            conversation
                .askNow(Phase.QUIT, "QUIT")
                .thenAccept(answer -> conversation.fail(Kind.CLOSED, "the session was ended")));
  }

  /** Ends it if a host has a whole mail and has not answered yet. */
  public void breakOff() {
    CompletableFuture<Void> unused =
        onLoop(
            () -> {
              conversation.breakOff(Phase.FINAL_DOT);
              return CompletableFuture.completedFuture(null);
            });
  }

  private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> action) {
    if (conversation.channel().eventLoop().inEventLoop()) {
      return action.get();
    }
    return CompletableFuture.<@Nullable Void>completedFuture(null)
        .thenComposeAsync(here -> action.get(), conversation.channel().eventLoop());
  }

  private CompletableFuture<TransactionOutcome> attempt(Transaction transaction, EndOfData end) {
    long now = clock.millis();
    Optional<Failure> lack = lack(transaction).or(() -> lackOfTime(transaction, now));
    if (lack.isPresent()) {
      return CompletableFuture.completedFuture(
          outcome(same(transaction, Answer.failed(Phase.MAIL, lack.get()))));
    }
    try {
      EnvelopeCommands commands = new EnvelopeCommands(transaction, capabilities, now);
      CompletableFuture<Envelope> envelope =
          capabilities.has("PIPELINING") && !transaction.allOrNone()
              ? askAtOnce(commands)
              : askOneByOne(commands, transaction.allOrNone());
      return envelope.thenCompose(asked -> content(transaction, asked, end));
    } catch (IllegalArgumentException e) {
      Answer refused = Answer.failed(Phase.MAIL, Kind.OURS, String.valueOf(e.getMessage()));
      return CompletableFuture.completedFuture(outcome(same(transaction, refused)));
    }
  }

  /** What the mail needs and the host does not offer. */
  private Optional<Failure> lack(Transaction transaction) {
    MailContent content = transaction.content();
    OptionalLong largest = capabilities.largestMessage();
    if (transaction.needsUtf8() && !capabilities.has("SMTPUTF8")) {
      return lack(6, 7, "the host does not take internationalised addresses (SMTPUTF8)");
    }
    if (transaction.wants().binary()
        && !(capabilities.has("BINARYMIME") && capabilities.has("CHUNKING"))) {
      return lack(6, 3, "the host does not take binary messages (BINARYMIME)");
    }
    if (content.isEightBit() && !transaction.wants().binary() && !capabilities.has("8BITMIME")) {
      return lack(6, 3, "the host does not take 8-bit messages (8BITMIME)");
    }
    if (content.size() > largest.orElse(Long.MAX_VALUE)) {
      return lack(3, 4, "the host takes messages up to " + largest.getAsLong() + " octets only");
    }
    return Optional.empty();
  }

  /**
   * A mail that is returned when its time is over goes only to hosts that return it too (RFC 2852),
   * and whose least time is not more than is left.
   */
  private Optional<Failure> lackOfTime(Transaction transaction, long now) {
    DeliverBy by = transaction.wants().deliverBy();
    if (by == null || !by.returns()) {
      return Optional.empty();
    }
    long rest = by.rest(now);
    if (rest < 1) {
      String text = "the time to deliver it in is over";
      return Optional.of(new Failure(Kind.OURS, text, new EnhancedStatusCode(4, 4, 7)));
    }
    if (!capabilities.has("DELIVERBY")) {
      return lack(4, 7, "the host does not keep a time to deliver in (DELIVERBY)");
    }
    long least = capabilities.leastTimeToDeliver();
    return rest < least
        ? lack(4, 7, "the host takes " + least + " s to deliver, and " + rest + " s are left")
        : Optional.empty();
  }

  private static Optional<Failure> lack(int subject, int detail, String text) {
    return Optional.of(
        new Failure(Kind.NOT_OFFERED, text, new EnhancedStatusCode(5, subject, detail)));
  }

  /**
   * What was answered to the envelope.
   *
   * @param data null when DATA was not sent
   */
  private record Envelope(Answer mail, List<Answer> recipients, @Nullable Answer data) {
    boolean isAccepted(int recipient) {
      return mail.isPositive() && recipients.get(recipient).isPositive();
    }

    boolean hasAccepted() {
      return mail.isPositive() && recipients.stream().anyMatch(Answer::isPositive);
    }

    boolean hasAcceptedAll() {
      return mail.isPositive() && recipients.stream().allMatch(Answer::isPositive);
    }

    boolean mayGoOn() {
      return data != null && data.isIntermediate();
    }
  }

  private CompletableFuture<Envelope> askAtOnce(EnvelopeCommands commands) {
    List<String> recipients = commands.recipients();
    CompletableFuture<?> unused = reset();
    CompletableFuture<Answer> mail = conversation.ask(Phase.MAIL, commands.mail());
    List<CompletableFuture<Answer>> asked = new ArrayList<>(recipients.size());
    for (String recipient : recipients) {
      asked.add(conversation.ask(Phase.RCPT, recipient));
    }
    // Answers come in order, so the last one is the last of all.
    if (chunks()) {
      conversation.flush();
      return asked
          .get(asked.size() - 1)
          .thenApply(last -> new Envelope(mail.join(), joined(asked), null));
    }
    CompletableFuture<Answer> data = conversation.askNow(Phase.DATA, "DATA");
    return data.thenApply(last -> new Envelope(mail.join(), joined(asked), last));
  }

  private static List<Answer> joined(List<CompletableFuture<Answer>> asked) {
    return asked.stream().map(CompletableFuture::join).toList();
  }

  private DataEncoder.Form form(Transaction transaction) {
    if (!chunks()) {
      return DataEncoder.Form.DATA;
    }
    return transaction.wants().binary() ? DataEncoder.Form.OCTETS : DataEncoder.Form.LINES;
  }

  /** RFC 3030; then there is no DATA. */
  private boolean chunks() {
    return capabilities.has("CHUNKING");
  }

  private CompletableFuture<Envelope> askOneByOne(EnvelopeCommands commands, boolean allOrNone) {
    CompletableFuture<?> reset = reset();
    conversation.flush();
    return reset
        .thenCompose(done -> conversation.askNow(Phase.MAIL, commands.mail()))
        .thenCompose(
            mail -> {
              if (!mail.isPositive()) {
                return CompletableFuture.completedFuture(new Envelope(mail, List.of(), null));
              }
              return askRecipients(commands.recipients(), new ArrayList<>())
                  .thenApply(answers -> allOrNone ? allOrNone(answers) : answers)
                  .thenCompose(answers -> askData(mail, answers));
            });
  }

  private CompletableFuture<List<Answer>> askRecipients(
      List<String> commands, List<Answer> answers) {
    if (answers.size() == commands.size()) {
      return CompletableFuture.completedFuture(answers);
    }
    return conversation
        .askNow(Phase.RCPT, commands.get(answers.size()))
        .thenCompose(
            answer -> {
              answers.add(answer);
              return askRecipients(commands, answers);
            });
  }

  private static List<Answer> allOrNone(List<Answer> answers) {
    if (answers.stream().allMatch(Answer::isPositive)) {
      return answers;
    }
    return answers.stream()
        .map(
            answer ->
                answer.isPositive()
                    ? Answer.failed(
                        Phase.RCPT,
                        Kind.OURS,
                        "not sent because the host refused another recipient")
                    : answer)
        .toList();
  }

  private CompletableFuture<Envelope> askData(Answer mail, List<Answer> recipients) {
    if (chunks() || recipients.stream().noneMatch(Answer::isPositive)) {
      return CompletableFuture.completedFuture(new Envelope(mail, recipients, null));
    }
    return conversation
        .askNow(Phase.DATA, "DATA")
        .thenApply(data -> new Envelope(mail, recipients, data));
  }

  private CompletableFuture<?> reset() {
    boolean wanted = begun;
    begun = true;
    return wanted
        ? conversation.ask(Phase.RSET, "RSET")
        : CompletableFuture.completedFuture(wanted);
  }

  private CompletableFuture<TransactionOutcome> content(
      Transaction transaction, Envelope asked, EndOfData end) {
    boolean mayGoOn = chunks() ? asked.hasAccepted() : asked.mayGoOn();
    if (!mayGoOn || (transaction.allOrNone() && !asked.hasAcceptedAll())) {
      return CompletableFuture.completedFuture(outcome(decided(transaction, asked, asked.data())));
    }
    // Told to go on although nobody was accepted: an empty message ends it (RFC 2920, 3.1).
    MailContent content = asked.hasAccepted() ? transaction.content() : MailContent.of(new byte[0]);
    Runnable beforeEnd =
        asked.hasAccepted() ? () -> end.follows(accepted(transaction, asked)) : () -> {};
    return new ContentWriter(conversation, readers, content, form(transaction), beforeEnd)
        .send()
        .thenApply(
            answer -> {
              // Refused mail is over too (RFC 5321, section 4.1.1.4), but Postfix keeps it when a
              // restriction at the end of the data has refused it.
              begun = !answer.isPositive();
              if (answer.phase() == Phase.CONTENT && answer.reply() != null) {
                conversation.fail(Kind.CLOSED, "the host answered before the end of the message");
              }
              return outcome(decided(transaction, asked, answer));
            });
  }

  private static List<Transaction.To> accepted(Transaction transaction, Envelope asked) {
    List<Transaction.To> accepted = new ArrayList<>(transaction.recipients().size());
    for (int i = 0; i < transaction.recipients().size(); i++) {
      if (asked.isAccepted(i)) {
        accepted.add(transaction.recipients().get(i));
      }
    }
    return accepted;
  }

  private static List<Answer> decided(
      Transaction transaction, Envelope asked, @Nullable Answer last) {
    if (!asked.mail().isPositive()) {
      return same(transaction, asked.mail());
    }
    List<Answer> answers = new ArrayList<>(asked.recipients());
    for (int i = 0; i < answers.size(); i++) {
      if (asked.isAccepted(i) && last != null) {
        answers.set(i, decided(last));
      }
    }
    return answers;
  }

  /** A host that says 2yz to DATA has taken nothing yet, and 3yz to the final dot neither. */
  private static Answer decided(Answer last) {
    boolean wrong = last.phase() == Phase.DATA ? last.isPositive() : last.isIntermediate();
    return wrong
        ? Answer.failed(last.phase(), Kind.PROTOCOL, "the host answered " + last + " here")
        : last;
  }

  private static List<Answer> same(Transaction transaction, Answer answer) {
    return Collections.nCopies(transaction.recipients().size(), answer);
  }

  /** A host that says 421 goes (RFC 5321, section 3.8). */
  private TransactionOutcome outcome(List<Answer> answers) {
    boolean goes =
        answers.stream().map(Answer::reply).anyMatch(reply -> reply != null && reply.code() == 421);
    if (goes) {
      conversation.fail(Kind.CLOSED, "the host ended the session with 421");
    }
    return new TransactionOutcome(answers, isOpen());
  }
}
