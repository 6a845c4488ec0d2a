/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** What a session may do that leads to no mail: errors, and commands for their own sake. */
final class ErrorBound {
  private static final Set<String> IDLE =
      Set.of("NOOP", "RSET", "VRFY", "EXPN", "HELP", "EHLO", "HELO");

  /** Octets; a chunk with fewer brings the mail on by less than its command costs. */
  private static final int SMALL_CHUNK = 128;

  private final int mostErrors;
  private final int mostIdle;
  private int errors;
  private int idle;

  ErrorBound(int mostErrors, int mostIdle) {
    this.mostErrors = mostErrors;
    this.mostIdle = mostIdle;
  }

  /** A reply is about to be sent; whether it is one error too many. */
  synchronized boolean isExceededBy(byte[] reply) {
    if (reply.length > 0 && (reply[0] == '4' || reply[0] == '5')) {
      errors++;
    }
    return errors > mostErrors;
  }

  /** A command has come; whether there were too many without a mail. */
  synchronized boolean isExceededBy(ByteBuf line) {
    // As James cuts commands: blanks before them go, and a space ends the verb.
    String text = line.toString(StandardCharsets.US_ASCII).trim();
    String word = text.substring(0, (text + " ").indexOf(' '));
    if (IDLE.contains(word.toUpperCase(Locale.ROOT))) {
      idle++;
    }
    return idle > mostIdle;
  }

  /** A chunk is announced that is not the last; whether there were too many of next to nothing. */
  synchronized boolean isExceededByChunk(long octets) {
    if (octets < SMALL_CHUNK) {
      idle++;
    }
    return idle > mostIdle;
  }

  /** A mail was accepted: who brings mail may go on. */
  synchronized void forgive() {
    errors = 0;
    idle = 0;
  }
}
