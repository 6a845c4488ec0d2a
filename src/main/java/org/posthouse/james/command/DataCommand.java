/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import javax.inject.Inject;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.smtpserver.JamesDataCmdHandler;
import org.jspecify.annotations.Nullable;

/** DATA, unless the mail has begun with BDAT, or can only be sent so (RFC 3030). */
@SuppressWarnings("unchecked") // Stock overrides with a raw type.
public final class DataCommand extends JamesDataCmdHandler {
  @Inject
  public DataCommand(MetricFactory metrics) {
    super(metrics);
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doDATAFilter(SMTPSession session, @Nullable String argument) {
    if (argument != null && !argument.isBlank()) {
      return Replies.NO_ARGUMENT;
    }
    MailTransaction transaction = RelaySession.of(session).transaction();
    if (transaction.chunks() != MailTransaction.Chunks.NONE
        || transaction.body() == BodyType.BINARY) {
      return Replies.CHUNKS_ONLY;
    }
    return envelopeProblem(session);
  }

  /** What is missing before a message may come; null when nothing is. */
  static @Nullable Response envelopeProblem(SMTPSession session) {
    if (session.getAttachment(SMTPSession.SENDER, State.Transaction).isEmpty()) {
      return Replies.NO_SENDER;
    }
    return session.getRcptCount() == 0 ? Replies.NO_RECIPIENT : null;
  }
}
