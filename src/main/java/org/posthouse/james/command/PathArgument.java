/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.Path;
import org.posthouse.james.Reply;

/**
 * The argument of MAIL and RCPT: FROM or TO, a path, parameters (RFC 5321 section 4.1.1).
 *
 * @param isInternational whether any of it was other than ASCII when it was sent (RFC 6531)
 */
record PathArgument(Path path, EsmtpParameters parameters, boolean isInternational) {
  /**
   * Reads an argument.
   *
   * @param keyword FROM or TO
   * @param malformed the beginning of the reply to what is no path: code and status
   * @param brackets whether a path must stand in angle brackets
   * @throws CommandRefusedException with the reply
   */
  static PathArgument parse(
      String keyword, @Nullable String argument, String malformed, boolean brackets) {
    String text = argument == null ? "" : argument.strip();
    if (!text.regionMatches(true, 0, keyword + ":", 0, keyword.length() + 1)) {
      throw new CommandRefusedException("501", "5.5.4 " + keyword + ":<address> must follow");
    }
    String rest = text.substring(keyword.length() + 1).stripLeading();
    boolean bracketed = rest.startsWith("<");
    if (brackets && !bracketed) {
      throw refused(malformed, "The address must stand in angle brackets");
    }
    int end = bracketed ? Path.closing(rest) : space(rest);
    if (end < 0 || (bracketed && end + 1 < rest.length() && rest.charAt(end + 1) != ' ')) {
      throw refused(malformed, "The address has no end");
    }
    Path path = path(rest.substring(bracketed ? 1 : 0, end), malformed);
    String parameters = rest.substring(Math.min(rest.length(), end + 1));
    return new PathArgument(
        path, EsmtpParameters.parse(parameters), rest.chars().anyMatch(c -> c > 0x7f));
  }

  private static Path path(String text, String malformed) {
    try {
      return Path.parse(text);
    } catch (IllegalArgumentException e) {
      throw refused(malformed, "Bad address: " + e.getMessage());
    }
  }

  private static int space(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text.length() : space;
  }

  /**
   * The address as James has it: a local part beyond ASCII in quotes, a domain always.
   *
   * @param defaultDomain of an address without one
   * @throws CommandRefusedException when James can have no such address
   */
  MailAddress address(String defaultDomain, String malformed) {
    String local = path.localPart();
    String quoted = path.isInternational() && !local.startsWith("\"") ? '"' + local + '"' : local;
    String domain = path.domain().isEmpty() ? defaultDomain : path.domain();
    try {
      return new MailAddress(quoted + "@" + domain);
    } catch (AddressException | IllegalArgumentException e) {
      throw refused(
          malformed,
          domain.contains("_")
              ? "Bad address: the name of a host has no underscore"
              : "Bad address: this relay cannot send to it");
    }
  }

  private static CommandRefusedException refused(String malformed, String text) {
    Response reply = Reply.of(malformed.substring(0, 3), malformed.substring(4) + " " + text);
    return new CommandRefusedException(reply);
  }
}
