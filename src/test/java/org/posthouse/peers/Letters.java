/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.util.Map;
import java.util.TreeMap;

/** Messages that are easily damaged on their way, by what is special about them. */
final class Letters {
  private static final String LINE = "0123456789 abcdefghijklmnopqrstuvwxyz, and so on and on.\r\n";

  private Letters() {}

  static Map<String, String> all() {
    return new TreeMap<>(
        Map.of(
            "small", letter("small", "hello\r\n"),
            "empty", letter("empty", ""),
            "dots", letter("dots", ".\r\n..\r\n.hidden\r\n...\r\n.\r\n"),
            "blank-lines", letter("blank lines", "\r\n\r\nlate \t\r\n\r\n\r\n"),
            "from-line", letter("mbox", "From a@b.test Tue Nov 24 2026\r\n>From c\r\n"),
            "long-line", letter("long line", "x".repeat(990) + "\r\n"),
            "eight-bit", letter("8-bit", "caf\u00c3\u00a9 \u00ff\u0080\r\n"),
            "block", letter("one block", LINE.repeat(1200).substring(0, 65_000) + "\r\n"),
            "large", letter("large", (".5 MB\r\n" + LINE).repeat(79_500))));
  }

  private static String letter(String subject, String body) {
    return "Subject: " + subject + "\r\nFrom: a@data.test\r\n\r\n" + body;
  }
}
