/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives every line of a reply an enhanced status code (RFC 2034 section 4), also where a handler or
 * hook of somebody's has left it out. The greeting has none.
 */
final class EnhancedReply {
  private static final Pattern BARE =
      Pattern.compile("(?m)^(?!220)([245])([0-9]{2}[ -])(?!\\1[.][0-9]{1,3}[.][0-9]{1,3}(?: |$))");

  private EnhancedReply() {}

  static byte[] complete(byte[] reply) {
    Matcher matcher = BARE.matcher(new String(reply, StandardCharsets.US_ASCII));
    return matcher.find()
        ? matcher.replaceAll("$1$2$1.0.0 ").getBytes(StandardCharsets.US_ASCII)
        : reply;
  }
}
