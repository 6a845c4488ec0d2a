/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Messages that are easy to get wrong, one char per octet. */
public final class AwkwardMessages {
  private static final String HEADER =
      String.join(
          "\r\n",
          "From: =?utf-8?q?P=C3=A9?= <a@example.com>",
          "To: b@example.net,",
          " c@example.net",
          "Subject:  two   blanks ",
          "Date: Tue, 24 Nov 2026 10:00:00 +0000",
          "");

  private AwkwardMessages() {}

  /** By name. */
  public static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    bodies(all);
    headers(all);
    Random random = new Random(8301);
    for (int i = 0; i < 40; i++) {
      all.put("random " + i, HEADER + randomHeader(random) + "\r\n" + randomBody(random));
    }
    return all;
  }

  private static void bodies(Map<String, String> all) {
    all.put("header only", HEADER);
    all.put("header without its last line end", HEADER + "Cc: d@example.net");
    all.put("empty body", HEADER + "\r\n");
    all.put("one empty line", HEADER + "\r\n\r\n");
    all.put("body of blank lines", HEADER + "\r\n \t\r\n\r\n   \r\n");
    all.put("missing final newline", HEADER + "\r\nline");
    all.put("blanks at the end", HEADER + "\r\nline \t");
    all.put("many final newlines", HEADER + "\r\nline\r\n\r\n\r\n\r\n");
    all.put("bare LF", (HEADER + "\r\none\r\n\r\n two\r\n").replace("\r\n", "\n"));
    all.put("LF and CRLF", HEADER + "\r\none\ntwo\r\nthree\n\n\r\n\nfour\n");
    all.put("bare CR", HEADER + "\r\none\rtwo \r three\r\n\r\r\n");
    all.put("NUL in the body", HEADER + "\r\na\0b\r\n\0\r\n");
    all.put("8-bit body", HEADER + "\r\n\u00c3\u00a9 \u00ff\u0080\u00a0\r\n");
    all.put("dots", HEADER + "\r\n.\r\n..\r\n.x\r\n");
    all.put("long line", HEADER + "\r\n" + "x y".repeat(30_000) + "\r\n");
  }

  private static void headers(Map<String, String> all) {
    String body = "\r\nbody\r\n";
    all.put("8-bit header", HEADER + "Cc: \u00c3\u00a9\u00ff <d@example.net>\r\n" + body);
    all.put("NUL in the header", HEADER + "Cc: d\0@example.net\r\n" + body);
    all.put("many fields", HEADER + "X-Many: x\r\n".repeat(9_998) + HEADER + body);
    all.put("folded everywhere", HEADER + "Cc:\r\n d@example.net\r\n\t,\r\n \t e@x\r\n" + body);
    all.put("folds of blanks", HEADER + "Cc: d@example.net\r\n \r\n\t\r\n e\r\n" + body);
    all.put("empty fields", HEADER + "Cc:\r\nReply-To: \r\nReferences:\r\n \r\n" + body);
    all.put("blank before the colon", HEADER + "Cc : d@example.net\r\nReply-To\t:x\r\n" + body);
    all.put("odd case", "fROM: x@example.com\r\nSUBJECT: y\r\ncONTENT-tYPE: z\r\n" + body);
    all.put("no From", "Subject: x\r\n" + body);
    all.put("two From", HEADER + HEADER + body);
  }

  private static String randomHeader(Random random) {
    StringBuilder header = new StringBuilder();
    String[] names = {"Cc", "Reply-To", "MIME-Version", "X-Other", "In-Reply-To", "Content-Type"};
    for (int i = random.nextInt(8); i > 0; i--) {
      header.append(names[random.nextInt(names.length)]).append(random.nextBoolean() ? ":" : ": ");
      header
          .append('v')
          .append(random(random, new String[] {"a", " ", "\t", ";", "\r\n\t", "\u00e9"}));
      header.append("z\r\n");
    }
    return header.toString();
  }

  private static String randomBody(Random random) {
    return random(random, new String[] {"a", "bc", " ", "\t", "\r\n", "\r\n", "\n", "\u00ff", "="});
  }

  private static String random(Random random, String[] alphabet) {
    return random
        .ints(random.nextInt(200), 0, alphabet.length)
        .mapToObj(i -> alphabet[i])
        .collect(Collectors.joining());
  }
}
