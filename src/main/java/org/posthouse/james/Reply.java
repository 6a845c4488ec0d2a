/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.util.List;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.posthouse.envelope.SmtpReply;

/** Replies to SMTP commands as James sends them; nobody can change them later. */
public final class Reply {
  private Reply() {}

  /**
   * One line.
   *
   * @param code RFC 5321 section 4.2
   * @param text begins with an enhanced code (RFC 3463), but for 3yz
   */
  public static Response of(String code, String text) {
    return new SMTPResponse(code, text).immutable();
  }

  /** All lines of a reply that was decided on elsewhere. */
  public static Response of(SmtpReply reply) {
    List<String> lines = reply.lines();
    SMTPResponse response = new SMTPResponse(String.valueOf(reply.code()), lines.get(0));
    lines.stream().skip(1).forEach(response::appendLine);
    return response.immutable();
  }

  /** One line, after which the connection closes. */
  public static Response last(String code, String text) {
    SMTPResponse response = new SMTPResponse(code, text);
    response.setEndSession(true);
    return response.immutable();
  }
}
