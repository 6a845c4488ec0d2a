/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.Locale;

/** What a client calls itself, in the one form that all ways of writing it come to. */
public final class LoginName {
  private static final int MOST_CHARACTERS = 255;

  private LoginName() {}

  /** As the file of users has it; of a name that it cannot have, its beginning in lower case. */
  public static String normal(String login) {
    String bounded = login.length() > MOST_CHARACTERS ? login.substring(0, MOST_CHARACTERS) : login;
    try {
      return UserName.of(bounded).value();
    } catch (IllegalArgumentException e) {
      return bounded.toLowerCase(Locale.ROOT);
    }
  }

  public static boolean areSame(String one, String other) {
    return one.length() <= MOST_CHARACTERS
        && other.length() <= MOST_CHARACTERS
        && normal(one).equals(normal(other));
  }
}
