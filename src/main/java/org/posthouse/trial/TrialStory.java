/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tells what a trial did, in the order in which the mail saw it. */
final class TrialStory {
  private final TrialReport report;
  private final TrialHome home;
  private final TrialPlan plan;
  private final boolean passing;

  /**
   * A story yet to be told.
   *
   * @param passing whether the home is removed in the end, if everything held
   */
  TrialStory(TrialReport report, TrialHome home, TrialPlan plan, boolean passing) {
    this.passing = passing;
    this.report = report;
    this.home = home;
    this.plan = plan;
  }

  void begin() {
    report.heading("Starting a relay and a next server");
    report.line("scratch home  " + home.home().root());
    report.line(
        String.format(
            Locale.ROOT,
            "relay         127.0.0.1:%d for port 587, :%d for 465, :%d for 25",
            plan.submissionPort(),
            plan.submissionsPort(),
            plan.relayPort()));
    report.line("next server   127.0.0.1:" + plan.nextPort());
  }

  void tell(Trial.Outcome outcome) throws IOException {
    report.line("ready after " + seconds(outcome.startMillis()));
    Submission submission = outcome.submission();
    report.heading("1. What the client said (C) and the relay answered (S)");
    submission.dialogue().forEach(report::dialogue);
    report.heading("2. The queue id");
    report.line(submission.queueId().isEmpty() ? "(none given)" : submission.queueId());
    report.heading("3. The way through the relay");
    way(outcome.log());
    report.heading(
        "4. The mail as the next server got it, " + seconds(outcome.arrivalMillis()) + " later");
    outcome.arrived().forEach(this::show);
    report.heading("5. Does it hold?");
    check(outcome);
  }

  private void way(MailLog log) {
    List<String> processors = log.steps().stream().map(MailLog.Step::processor).distinct().toList();
    log.events().stream().limit(1).forEach(report::line);
    for (String processor : processors) {
      String mailets =
          log.steps().stream()
              .filter(step -> step.processor().equals(processor))
              .map(MailLog.Step::mailet)
              .collect(Collectors.joining(", "));
      report.line(String.format(Locale.ROOT, "             %-10s %s", processor, mailets));
    }
    log.events().stream().skip(1).forEach(report::line);
  }

  private void show(ArrivedMail mail) {
    report.line("MAIL FROM:" + mail.field("from"));
    report.line("RCPT TO:" + mail.field("to"));
    report.line("");
    report.lines(mail.headerLines());
    report.line("");
    String file = passing ? "" : ": " + mail.file();
    report.line(String.format(Locale.ROOT, "(the body, %d octets%s)", mail.body().length(), file));
  }

  private void check(Trial.Outcome outcome) throws IOException {
    Submission submission = outcome.submission();
    report.check(
        "the relay answered 250 with a queue id",
        !submission.queueId().isEmpty(),
        submission.reply());
    report.check(
        "the mail ran through the processors of mailetcontainer.xml",
        !outcome.log().steps().isEmpty(),
        "no step in " + home.log());
    report.check(
        "it is logged as accepted and delivered",
        outcome.log().isDelivered() && outcome.log().events().size() > 1,
        String.join(" | ", outcome.log().events()));
    report.check(
        "it arrived once", outcome.arrived().size() == 1, outcome.arrived().size() + " times");
    for (ArrivedMail mail : outcome.arrived()) {
      check(mail, outcome);
    }
  }

  private void check(ArrivedMail mail, Trial.Outcome outcome) throws IOException {
    String envelope = mail.field("from") + " " + mail.field("to");
    boolean same =
        mail.field("from").startsWith("<" + TrialPlan.USER + ">")
            && mail.field("to").startsWith("<" + TrialPlan.RECIPIENT + ">");
    report.check("with its envelope", same, envelope);
    report.check("over TLS", mail.field("tls").equals("true"), "in clear");
    report.check("with every octet of its body", mail.body().equals(outcome.submission().body()));
    DkimCheck dkim = DkimCheck.of(mail.octets(), outcome.dkimRecord());
    report.check(
        "DKIM-Signature is valid: " + (dkim.valid() ? dkim.text() : ""), dkim.valid(), dkim.text());
  }

  void end(boolean running) {
    report.heading(report.isSuccess() ? "Everything held." : "Something did not hold.");
    boolean removed = passing && report.isSuccess();
    if (removed) {
      report.line("scratch home  removed");
    } else {
      report.whole("log           " + home.log());
      report.whole("scratch home  stays: " + home.home().root());
    }
    if (running) {
      swaks().forEach(report::whole);
      report.whole("received      " + home.sinkDirectory() + "/*.eml");
      report.whole("what it does  " + command("status"));
      report.whole("stop          " + command("try --stop"));
    } else if (report.isSuccess()) {
      report.line("look around   run it again with --keep: both servers stay for you to try");
    }
    report.line(
        "where next    README.md, conf/mailetcontainer.xml, " + documents() + "/CONFIGURATION.md");
  }

  /** In a clone, whose launcher says that it was called, the documents are among the sources. */
  private static String documents() {
    String launcher = System.getProperty("posthouse.launcher", "");
    return launcher.endsWith("bin/posthouse") ? "doc" : "src/doc";
  }

  private List<String> swaks() {
    return List.of(
        String.format(
            Locale.ROOT,
            "another mail  swaks --server 127.0.0.1:%d -tls -a PLAIN -au %s \\",
            plan.submissionPort(),
            TrialPlan.USER),
        String.format(
            Locale.ROOT,
            "                -ap '%s' -f %s -t %s",
            plan.password(),
            TrialPlan.USER,
            TrialPlan.RECIPIENT));
  }

  /** As the launcher was called, with this home. */
  private String command(String words) {
    String launcher = System.getProperty("posthouse.launcher", "posthouse");
    return launcher + " " + words + " --home " + home.home().root();
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%d.%01d s", millis / 1000, millis % 1000 / 100);
  }
}
