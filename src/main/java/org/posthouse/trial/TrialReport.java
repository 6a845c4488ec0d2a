/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.PrintWriter;
import java.util.List;

/** What a trial prints: plain text of at most {@value #WIDTH} columns, in colour on a terminal. */
final class TrialReport {
  static final int WIDTH = 100;

  private static final String BOLD = "\u001B[1m";
  private static final String GREEN = "\u001B[32m";
  private static final String RED = "\u001B[31m";
  private static final String DIM = "\u001B[2m";
  private static final String PLAIN = "\u001B[0m";

  private final PrintWriter out;
  private final boolean colour;
  private int failures;

  TrialReport(PrintWriter out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  void heading(String text) {
    out.println();
    out.println(painted(BOLD, cut(text)));
    out.flush();
  }

  void line(String text) {
    out.println(cut("  " + text));
    out.flush();
  }

  void lines(List<String> texts) {
    texts.forEach(this::line);
  }

  /** A line that somebody may paste, so it is never cut. */
  void whole(String text) {
    out.println("  " + text);
    out.flush();
  }

  /** A line of a dialogue: what the relay says is dimmed. */
  void dialogue(String said) {
    String text = cut("  " + said);
    out.println(said.startsWith("C:") ? text : painted(DIM, text));
    out.flush();
  }

  /** Something that must hold for the trial to succeed. */
  void check(String what, boolean holds) {
    check(what, holds, "");
  }

  /** The same, with what was seen when it does not hold. */
  void check(String what, boolean holds, String seen) {
    if (!holds) {
      failures++;
    }
    String mark = holds ? painted(GREEN, "  ok    ") : painted(RED, "  FAILED");
    out.println(mark + " " + cut(holds || seen.isEmpty() ? what : what + ": " + seen, WIDTH - 9));
    out.flush();
  }

  boolean isSuccess() {
    return failures == 0;
  }

  private String painted(String paint, String text) {
    return colour ? paint + text + PLAIN : text;
  }

  private static String cut(String text) {
    return cut(text, WIDTH);
  }

  private static String cut(String text, int width) {
    String oneLine = text.replace('\t', ' ');
    return oneLine.length() <= width ? oneLine : oneLine.substring(0, width - 3) + "...";
  }
}
