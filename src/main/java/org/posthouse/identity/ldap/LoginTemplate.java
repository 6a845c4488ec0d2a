/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A filter or a distinguished name with places for what the client sent. Values are escaped and put
 * in once, so that none of them can be read as a part of the text around it, or as another place.
 *
 * @param text with {@code {login}}, {@code {local}}, {@code {domain}} or {@code {dn}}
 */
public record LoginTemplate(String text) {
  /** What stands for a login and its parts. */
  public static final Set<String> OF_LOGIN = Set.of("login", "local", "domain");

  /** The same, and the entry that the login belongs to. */
  public static final Set<String> OF_ENTRY = Set.of("login", "local", "domain", "dn");

  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");

  /**
   * Reads one.
   *
   * @param places that it may have, of which it must have one
   * @throws IllegalArgumentException when it has none, or another; the message says so
   */
  public static LoginTemplate parse(String text, Set<String> places) {
    Matcher matcher = PLACE.matcher(text);
    boolean any = false;
    while (matcher.find()) {
      any = true;
      if (!places.contains(matcher.group(1))) {
        throw new IllegalArgumentException("'" + matcher.group() + "' is none of " + names(places));
      }
    }
    if (!any) {
      throw new IllegalArgumentException("it has none of " + names(places));
    }
    return new LoginTemplate(text);
  }

  private static String names(Set<String> places) {
    return String.join(", ", places.stream().sorted().map(place -> "{" + place + "}").toList());
  }

  static Map<String, String> values(String login) {
    int at = login.lastIndexOf('@');
    return at < 0
        ? Map.of("login", login, "local", login)
        : Map.of(
            "login", login, "local", login.substring(0, at), "domain", login.substring(at + 1));
  }

  /** The text with the values in it; empty when there is no value for a place. */
  public Optional<String> fill(Map<String, String> values, UnaryOperator<String> escape) {
    Matcher matcher = PLACE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null || value.isEmpty()) {
        return Optional.empty();
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(escape.apply(value)));
    }
    return Optional.of(matcher.appendTail(filled).toString());
  }
}
