/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import javax.inject.Inject;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.jspecify.annotations.Nullable;

/** HELO, for clients that know no extensions. */
public final class HeloCommand extends HeloCmdHandler {
  @Inject
  public HeloCommand(MetricFactory metrics) {
    super(metrics);
  }

  @Override
  @SuppressWarnings("NullAway") // James takes null for "nothing is wrong".
  protected @Nullable Response doFilterChecks(
      SMTPSession session, String command, @Nullable String name) {
    if (!ClientName.isOne(name)) {
      return Replies.HELO_NAME;
    }
    return super.doFilterChecks(session, command, String.valueOf(name));
  }

  @Override
  protected Response doCoreCmd(SMTPSession session, String command, String name) {
    ClientName.set(session, command, name);
    return new SMTPResponse("250", ClientName.greeting(session, name));
  }
}
