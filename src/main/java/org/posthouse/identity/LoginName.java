/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a client calls itself, in the one form that all ways of writing it come to. */
public final class LoginName {
  private static final int MOST_CHARACTERS = 255;

  /** Blanks of every kind, and what is not seen at all. */
  private static final Pattern BLANKS = Pattern.compile("[\\p{Z}\\p{Cc}\\p{Cf}]+");

  private LoginName() {}

  /** As the file of users has it; of a name that it cannot have, its beginning in lower case. */
  public static String normal(String login) {
    // A directory takes lena with blanks or in wide letters for lena (RFC 4518).
    String plain = BLANKS.matcher(Normalizer.normalize(bounded(login), Form.NFKC)).replaceAll(" ");
    String bounded = bounded(plain.strip());
    try {
      return UserName.of(bounded).value();
    } catch (IllegalArgumentException e) {
      return bounded.toLowerCase(Locale.ROOT);
    }
  }

  private static String bounded(String text) {
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text;
  }

  public static boolean areSame(String one, String other) {
    return one.length() <= MOST_CHARACTERS
        && other.length() <= MOST_CHARACTERS
        && normal(one).equals(normal(other));
  }
}
