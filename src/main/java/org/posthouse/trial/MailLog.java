/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the relay's log tells of one mail: its events, and the steps of its chain. */
record MailLog(List<String> events, List<Step> steps) {
  /** A mailet that worked on the mail, and the processor it stands in. */
  record Step(String processor, String mailet) {}

  private static final Pattern TIME = Pattern.compile("T([0-9:.]{12})");
  private static final Pattern EVENT =
      Pattern.compile(" - (?:\\S+: )?((?:accepted|delivered|deferred|bounced) id=.*)$");
  private static final Pattern STEP =
      Pattern.compile(" - (?:\\S+: )?step processor=(\\S+) mailet=(\\S+) name=(\\S+)");
  private static final Pattern NAME = Pattern.compile(" name=(\\S+)");

  /** Reads the log as it stands now; a mail of which nothing is known has no events. */
  static MailLog of(Path log, String queueId) throws IOException {
    if (!Files.exists(log)) {
      return new MailLog(List.of(), List.of());
    }
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    List<String> events = new ArrayList<>();
    String name = "";
    for (String line : lines) {
      Matcher event = EVENT.matcher(line);
      if (event.find() && event.group(1).matches("\\w+ id=" + Pattern.quote(queueId) + "\\b.*")) {
        events.add(time(line) + " " + event.group(1));
        Matcher named = NAME.matcher(line);
        name = named.find() ? named.group(1) : name;
      }
    }
    return new MailLog(List.copyOf(events), steps(lines, name));
  }

  boolean isDelivered() {
    return events.stream().anyMatch(event -> event.contains(" delivered "));
  }

  private static List<Step> steps(List<String> lines, String name) {
    return lines.stream()
        .map(STEP::matcher)
        .filter(step -> step.find() && step.group(3).equals(name))
        .map(step -> new Step(step.group(1), step.group(2)))
        .toList();
  }

  private static String time(String line) {
    Matcher matcher = TIME.matcher(line);
    return matcher.find() ? matcher.group(1) : "";
  }
}
