/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why something is refused, in words of its line in the log: what kind of reason it is, and what is
 * known beside the reply.
 */
public final class RefusalReason {
  /** A login whose secret is wrong, or of nobody. */
  public static final RefusalReason LOGIN = of("login");

  /** Too many wrong logins before: nothing was looked at. */
  public static final RefusalReason GUESSING = of("guessing");

  /** The machine has too little left. */
  public static final RefusalReason OVERLOAD = of("overload");

  private static final Pattern ENHANCED = Pattern.compile("[245]\\d\\d [245]\\.(\\d)\\.");

  /** Subjects of enhanced status codes (RFC 3463 section 3). */
  private static final Map<String, String> SUBJECTS =
      Map.of(
          "1", "address",
          "2", "mailbox",
          "3", "mail-system",
          "4", "network",
          "5", "protocol",
          "6", "content",
          "7", "policy");

  private final String words;
  private final boolean trouble;

  private RefusalReason(String words, boolean trouble) {
    this.words = words;
    this.trouble = trouble;
  }

  /**
   * A reason.
   *
   * @param kind one word of ours
   */
  public static RefusalReason of(String kind) {
    return new RefusalReason("reason=" + kind, false);
  }

  /** Something of ours, or that we ask, does not work: whoever runs the relay should look. */
  public static RefusalReason unavailable(String error) {
    return new RefusalReason("reason=unavailable", true).quoting("error", error);
  }

  /** Whether it is a warning, not the client's fault. */
  public boolean isTrouble() {
    return trouble;
  }

  /** What a reply says by itself. */
  public static RefusalReason ofReply(String reply) {
    Matcher code = ENHANCED.matcher(reply);
    return of(code.lookingAt() ? SUBJECTS.getOrDefault(code.group(1), "other") : "other");
  }

  /** With one more word, whoever wrote its value. */
  public RefusalReason with(String name, String value) {
    return new RefusalReason(words + " " + name + "=" + EventText.word(value), trouble);
  }

  /** With a text in quotes, whoever wrote it. */
  public RefusalReason quoting(String name, String text) {
    return new RefusalReason(words + " " + name + "=" + EventText.quoted(text), trouble);
  }

  /** As it stands in the line. */
  @Override
  public String toString() {
    return words;
  }
}
