/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A name that a client logs in with: {@code alice} or {@code alice@example.org}, in lower case.
 *
 * <p>Case is folded because James folds it, in the local part too.
 */
public record UserName(String value) {
  private static final int MOST_CHARACTERS = 255;
  private static final Pattern LOCAL = Pattern.compile("[\\p{L}\\p{M}\\p{N}!$%&'*+/=?^_`{|}~.-]+");
  private static final Pattern LABEL =
      Pattern.compile("[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}_-]{0,61}[\\p{L}\\p{N}])?");

  public UserName {
    check(value.length() <= MOST_CHARACTERS, "is longer than 255 characters");
    int at = value.indexOf('@');
    String local = at < 0 ? value : value.substring(0, at);
    check(LOCAL.matcher(local).matches(), "may hold letters, digits and !$%&'*+/=?^_`{|}~.-");
    if (at >= 0) {
      checkDomain(value.substring(at + 1));
    }
  }

  /**
   * The name as it is kept: prepared with {@link SaslPrep} (RFC 4616 section 2), lower case.
   *
   * @throws IllegalArgumentException when the text cannot be the name of a user; the message says
   *     why
   */
  public static UserName of(String text) {
    return new UserName(SaslPrep.prepare(text).toLowerCase(Locale.ROOT));
  }

  private static void checkDomain(String domain) {
    String[] labels = domain.split("\\.", -1);
    for (String label : labels) {
      check(LABEL.matcher(label).matches(), "has no valid domain after the @");
    }
    check(!Character.isDigit(labels[labels.length - 1].charAt(0)), "has an address for a domain");
  }

  private static void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("user name " + problem);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
