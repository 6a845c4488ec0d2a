/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Mailboxes that strangers choose, the same in every run. */
final class HostileMailboxes {
  private static final String ALPHABET =
      "aB1=+-._/%!&*{}|~^'`#$ \"\\@<>(),;:[]\t\u00e4\u0130\u4e2d";

  private HostileMailboxes() {}

  static List<Mailbox> all() {
    List<Mailbox> mailboxes = new ArrayList<>();
    for (String local :
        List.of(
            "user",
            "User.Name+tag",
            "=",
            "==",
            "a=b=c=d=e",
            "-",
            "+",
            "a-b+c=d",
            ".dot.",
            "two..dots",
            "john smith",
            "quote\"back\\slash",
            "@",
            "a@b",
            "SRS",
            "SRS0",
            "SRS1",
            "SRS2=a=b=c=d",
            "t\u00e4st",
            "\u0130I\u0131i",
            "x".repeat(5000),
            "=".repeat(5000))) {
      mailboxes.add(new Mailbox(local, "first.example"));
    }
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      mailboxes.add(new Mailbox(text(random), "d" + i + ".Example"));
    }
    return mailboxes;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = 1 + random.nextInt(40); text.length() < length; ) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
