/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The subject of a report: its kind, and the mail's own subject. */
final class Subject {
  /** Of the mail's own, in characters. */
  private static final int LONGEST = 200;

  /** Octets in an encoded word, which has at most 75 characters (RFC 2047, section 2). */
  private static final int IN_WORD = 45;

  private Subject() {}

  static String of(String prefix, Report report, OriginalHeader header) {
    String news = prefix.isBlank() ? news(report) : safe(prefix.strip()) + " " + news(report);
    return header.subject().map(text -> news + ": " + safe(text)).orElse(news);
  }

  private static String news(Report report) {
    return switch (report.kind()) {
      case FAILURE -> "Undelivered mail";
      case DELAY -> "Delayed mail";
      case SUCCESS ->
          report.recipients().stream()
                  .allMatch(to -> to.action() == ReportedRecipient.Action.DELIVERED)
              ? "Delivered mail"
              : "Mail passed on";
    };
  }

  private static String safe(String subject) {
    return Characters.isAscii(subject)
        ? atMost(subject)
        : encoded(Characters.atMost(LONGEST, subject));
  }

  /** An encoded word is not cut through. */
  private static String atMost(String subject) {
    if (subject.length() <= LONGEST) {
      return subject;
    }
    int space = subject.lastIndexOf(' ', LONGEST);
    return space < 0 ? Characters.atMost(LONGEST, subject) : subject.substring(0, space) + " ...";
  }

  /** The white space between encoded words is not shown (RFC 2047, section 6.2). */
  private static String encoded(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int c : text.codePoints().toArray()) {
      if (octets(word + Character.toString(c)).length > IN_WORD) {
        words.add(word(word.toString()));
        word.setLength(0);
      }
      word.appendCodePoint(c);
    }
    words.add(word(word.toString()));
    return String.join(" ", words);
  }

  private static String word(String text) {
    return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets(text)) + "?=";
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
