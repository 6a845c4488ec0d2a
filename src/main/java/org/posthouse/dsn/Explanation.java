/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.Orcpt;
import org.posthouse.envelope.SmtpReply;

/** What the report says to persons: recipients with the same news stand together. */
final class Explanation {
  private static final int INDENT = 4;

  /** What is shown of a reply. */
  private static final int MOST_LINES = 20;

  private static final int MOST_OF_LINE = 1000;

  private final Report report;
  private final Prose prose = new Prose();

  /** What recipients have in common that stand together. */
  private record Reason(
      ReportedRecipient.Action action,
      EnhancedStatusCode status,
      @Nullable String remoteMta,
      @Nullable SmtpReply reply,
      String explanation) {
    static Reason of(ReportedRecipient to) {
      return new Reason(to.action(), to.status(), to.remoteMta(), to.reply(), to.explanation());
    }
  }

  private Explanation(Report report) {
    this.report = report;
  }

  /**
   * The text.
   *
   * @param introduction its first lines; empty for what this class says
   */
  static String of(Report report, String introduction) {
    return new Explanation(report).text(introduction);
  }

  private String text(String introduction) {
    if (introduction.isBlank()) {
      prose.add(0, "This is the mail system at " + report.reportingMta() + ".").emptyLine();
      prose.add(0, news());
    } else {
      introduction.strip().lines().forEach(line -> prose.add(0, line.strip()));
    }
    if (report.deliverBy() != null) {
      prose.add(0, "You wanted it delivered by " + Dates.of(report.deliverBy()) + ".");
    }
    Map<Reason, List<ReportedRecipient>> groups = new LinkedHashMap<>();
    for (ReportedRecipient to : report.recipients()) {
      groups.computeIfAbsent(Reason.of(to), reason -> new ArrayList<>()).add(to);
    }
    groups.forEach(this::group);
    prose.emptyLine();
    prose.add(0, "Questions are answered by " + report.postmaster() + ".");
    return prose.toString();
  }

  private String news() {
    String mail =
        report.arrival() == null ? "Your mail" : "Your mail of " + Dates.of(report.arrival());
    return switch (report.kind()) {
      case FAILURE ->
          mail + " could not be delivered to the recipients below. It will not be tried again.";
      case DELAY ->
          mail
              + " has not been delivered to the recipients below yet. It will be tried again by"
              + " itself: there is no need to send it once more.";
      case SUCCESS ->
          mail + " has left this mail system for the recipients below. You asked to be told.";
    };
  }

  private void group(Reason reason, List<ReportedRecipient> recipients) {
    prose.emptyLine();
    recipients.forEach(to -> prose.add(0, name(to)));
    if (reason.explanation().isBlank()) {
      success(reason.action());
    } else {
      prose.add(INDENT, reason.explanation());
    }
    if (reason.reply() != null) {
      reply(reason.remoteMta(), reason.reply());
    }
    attempts(recipients);
    switch (reason.action()) {
      case FAILED -> prose.add(INDENT, "What you can do: " + advice(reason));
      case DELAYED -> retries(recipients);
      case DELIVERED, RELAYED, EXPANDED -> {}
    }
  }

  private static String name(ReportedRecipient to) {
    String path = Characters.path(to.finalRecipient());
    String original = to.orcpt() == null ? "" : Characters.path(Orcpt.of(to.orcpt()).address());
    return original.isEmpty() || original.equals(path)
        ? "<" + path + ">"
        : "<" + path + "> (you wrote to <" + original + ">)";
  }

  private void success(ReportedRecipient.Action action) {
    switch (action) {
      case DELIVERED -> prose.add(INDENT, "It was delivered.");
      case RELAYED ->
          prose.add(
              INDENT,
              "It was passed on to a server that does not tell of deliveries. You will hear of a"
                  + " failure, but not of success.");
      case EXPANDED ->
          prose.add(INDENT, "It was passed on to the members of a list, of whom you are not told.");
      case FAILED, DELAYED -> {}
    }
  }

  private void reply(@Nullable String remoteMta, SmtpReply reply) {
    if (remoteMta == null) {
      prose.add(INDENT, reply.isPermanent() ? "It was refused:" : "The answer was:");
    } else {
      String verb = reply.isPermanent() ? " refused it:" : " answered:";
      prose.add(INDENT, "The server " + remoteMta + verb);
    }
    List<String> lines = reply.lines();
    for (int i = 0; i < Math.min(lines.size(), MOST_LINES); i++) {
      String line = i == 0 ? reply.code() + " " + lines.get(0) : withoutStatus(reply, lines.get(i));
      prose.add(2 * INDENT, Characters.atMost(MOST_OF_LINE, line));
    }
    if (lines.size() > MOST_LINES) {
      prose.add(2 * INDENT, "...");
    }
  }

  /** Hosts say it again on each line (RFC 2034, section 4); once is enough for a person. */
  private static String withoutStatus(SmtpReply reply, String line) {
    String status = reply.enhanced().map(code -> code + " ").orElse("");
    return line.startsWith(status) ? line.substring(status.length()) : line;
  }

  private void attempts(List<ReportedRecipient> recipients) {
    int attempts = recipients.stream().mapToInt(ReportedRecipient::attempts).max().orElse(0);
    if (attempts < 2) {
      return;
    }
    String last =
        recipients.stream()
            .flatMap(to -> Stream.ofNullable(to.lastAttempt()))
            .max(Comparator.naturalOrder())
            .map(date -> ", the last time on " + Dates.of(date))
            .orElse("");
    prose.add(INDENT, "It was tried " + attempts + " times" + last + ".");
  }

  private void retries(List<ReportedRecipient> recipients) {
    recipients.stream()
        .flatMap(to -> Stream.ofNullable(to.willRetryUntil()))
        .max(Comparator.naturalOrder())
        .ifPresent(date -> prose.add(INDENT, "It will be tried until " + Dates.of(date) + "."));
  }

  private String advice(Reason reason) {
    if (report.deliverBy() != null && reason.status().toString().equals("5.4.7")) {
      return "Send it again with more time, or without a time to be delivered by.";
    }
    return reason.explanation().contains("may have taken the mail")
        ? "It may have arrived all the same: ask the recipient before you send it again."
        : Advice.of(reason.status());
  }
}
