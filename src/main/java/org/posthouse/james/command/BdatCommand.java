/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.Reply;

/**
 * BDAT (RFC 3030): a chunk of the message follows the command at once, and the reply comes after
 * it. Reception calls {@link #refusal} when the octets come, and replies when it has them all.
 */
public final class BdatCommand implements CommandHandler<SMTPSession>, EhloExtension {
  private static final Pattern ARGUMENT =
      Pattern.compile("[ \\t]*([0-9]{1,18})(?:[ \\t]+(LAST))?[ \\t]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMAND =
      Pattern.compile("BDAT " + ARGUMENT.pattern(), Pattern.CASE_INSENSITIVE);

  private static final Response NOT_HERE = Reply.last("502", "5.5.1 BDAT is not offered here");

  private static final Response WITHHELD = Reply.of("555", "5.5.4 You may not use CHUNKING");

  /** Nobody knows where the next command begins. */
  private static final Response MALFORMED =
      Reply.last("501", "5.5.4 BDAT is followed by a number of octets, and LAST after the last");

  /**
   * A chunk that a command announces.
   *
   * @param octets how many follow the line
   */
  public record Chunk(long octets, boolean isLast) {}

  /** What a line announces, its end included; null when it announces nothing. */
  public static @Nullable Chunk announced(String line) {
    // As James cuts commands: blanks around them go, and a space ends the verb, no tab.
    return chunk(COMMAND.matcher(line.trim()));
  }

  private static @Nullable Chunk chunk(Matcher matcher) {
    return matcher.matches()
        ? new Chunk(Long.parseLong(matcher.group(1)), matcher.group(2) != null)
        : null;
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "no reply yet".
  public @Nullable Response onCommand(SMTPSession session, Request request) {
    if (!RelaySession.of(session).takesChunks()) {
      return NOT_HERE;
    }
    String argument = request.getArgument();
    return argument != null && ARGUMENT.matcher(argument).matches() ? null : MALFORMED;
  }

  /** Why the chunk that has begun to come must be thrown away; null when it need not be. */
  public static @Nullable Response refusal(RelaySession session) {
    MailTransaction transaction = session.transaction();
    if (transaction.chunks() == MailTransaction.Chunks.FAILED) {
      return Replies.CHUNKS_FAILED;
    }
    Response problem = DataCommand.envelopeProblem(session);
    return problem == null && !transaction.admission().offers("CHUNKING") ? WITHHELD : problem;
  }

  /** The message has begun. */
  public static void begun(RelaySession session) {
    session.transaction().chunks(MailTransaction.Chunks.BEGUN);
  }

  /** Whether the message has begun and was not refused so far. */
  public static boolean isUnderWay(RelaySession session) {
    return session.transaction().chunks() == MailTransaction.Chunks.BEGUN;
  }

  /** Whether the mail at hand comes in chunks. */
  public static boolean hasBegun(RelaySession session) {
    return session.transaction().chunks() != MailTransaction.Chunks.NONE;
  }

  /** A chunk was refused; the client must end the mail with RSET. */
  public static void failed(RelaySession session) {
    session.transaction().chunks(MailTransaction.Chunks.FAILED);
  }

  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return RelaySession.of(session).takesChunks() ? List.of("CHUNKING", "BINARYMIME") : List.of();
  }

  @Override
  public Collection<String> getImplCommands() {
    return List.of("BDAT");
  }
}
