/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import javax.inject.Inject;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.QuitCmdHandler;
import org.jspecify.annotations.Nullable;

/** QUIT; one with an argument is refused, and so ends nothing. */
public final class QuitCommand extends QuitCmdHandler {
  @Inject
  public QuitCommand(MetricFactory metrics) {
    super(metrics);
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doFilterChecks(
      SMTPSession session, String command, @Nullable String argument) {
    return argument == null || argument.isEmpty() ? null : Replies.NO_ARGUMENT;
  }
}
