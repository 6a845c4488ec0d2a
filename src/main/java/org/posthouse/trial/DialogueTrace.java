/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the SMTP dialogue out of what jakarta.mail prints for debugging, secrets left out by it.
 */
final class DialogueTrace {
  private static final Pattern REPLY = Pattern.compile("^[2-5][0-9]{2}([ -].*)?$");
  private static final Pattern AUTH = Pattern.compile("^DEBUG SMTP: AUTH ([A-Z0-9-]+) (.*)$");

  private final List<String> lines = new ArrayList<>();
  private String lastCommand = "";
  private int contentLines = -1;

  private DialogueTrace() {}

  /** Lines that begin with {@code C:}, {@code S:} or {@code *}. */
  static List<String> read(String debug) {
    DialogueTrace trace = new DialogueTrace();
    debug.lines().forEach(trace::line);
    return List.copyOf(trace.lines);
  }

  private void line(String line) {
    if (contentLines >= 0) {
      content(line);
    } else if (line.startsWith("DEBUG")) {
      auth(line);
    } else if (REPLY.matcher(line).matches()) {
      reply(line);
    } else if (!line.isBlank()) {
      lastCommand = line;
      lines.add("C: " + line);
    }
  }

  private void content(String line) {
    if (line.equals(".")) {
      lines.add("C: (the message, " + contentLines + " lines)");
      lines.add("C: .");
      contentLines = -1;
    } else {
      contentLines++;
    }
  }

  private void auth(String line) {
    Matcher matcher = AUTH.matcher(line);
    if (matcher.matches() && matcher.group(2).startsWith("command trace")) {
      lines.add("C: AUTH " + matcher.group(1) + " (not shown)");
    } else if (matcher.matches() && matcher.group(2).startsWith("succeeded")) {
      lines.add("S: 235 (the login succeeded)");
    } else if (matcher.matches() && matcher.group(2).startsWith("failed")) {
      lines.add("S: 535 (the login was refused)");
    }
  }

  private void reply(String line) {
    lines.add("S: " + line);
    if (line.startsWith("354")) {
      contentLines = 0;
    } else if (line.startsWith("220") && lastCommand.equals("STARTTLS")) {
      lines.add("* TLS from here on");
    }
  }
}
