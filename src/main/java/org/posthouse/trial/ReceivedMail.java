/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A mail whose content reached a {@link ScriptedSmtpServer} up to the final dot.
 *
 * @param helo what the client called itself
 * @param mailFrom the line as sent, from {@code <} on: path and parameters
 * @param rcptTo the accepted ones, each as sent from {@code <} on
 * @param content the octets after dot-unstuffing, the last CRLF included; not copied
 * @param secured whether it came over TLS
 * @param replyCode what the final dot was answered with; empty if nothing was
 */
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedMail(
    String helo,
    String mailFrom,
    List<String> rcptTo,
    byte[] content,
    boolean secured,
    String replyCode) {

  /** Whether this server took responsibility for it. */
  public boolean isAccepted() {
    return replyCode.startsWith("2");
  }

  /** The reverse-path without brackets and parameters. */
  public String sender() {
    return path(mailFrom);
  }

  /** The forward-paths without brackets and parameters. */
  public List<String> recipients() {
    return rcptTo.stream().map(ReceivedMail::path).toList();
  }

  /** The content as text, one character per octet. */
  public String text() {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  private static String path(String argument) {
    int end = argument.lastIndexOf('>');
    return argument.startsWith("<") && end > 0 ? argument.substring(1, end) : argument;
  }
}
