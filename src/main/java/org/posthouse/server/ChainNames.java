/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.posthouse.config.Settings;
import org.posthouse.identity.KnownNames;

/** Groups and identities that our matchers name: a misspelt one would match no mail, ever. */
final class ChainNames {
  private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");
  private static final Pattern WORDS = Pattern.compile("[,\\s]+");

  private final KnownNames known;

  ChainNames(KnownNames known) {
    this.known = known;
  }

  /**
   * Looks at all matchers.
   *
   * @param file mailetcontainer.xml
   */
  void check(Settings file) {
    for (Settings processor : file.section("processors").parts("processor")) {
      processor.parts("mailet").forEach(this::checkMatchers);
      composites(processor);
    }
  }

  private void composites(Settings parent) {
    for (Settings matcher : parent.parts("matcher")) {
      checkMatchers(matcher);
      composites(matcher);
    }
  }

  private void checkMatchers(Settings element) {
    for (String key : List.of("[@match]", "[@notmatch]")) {
      element.text(key).ifPresent(text -> check(element, key, text.split("=", 2)));
    }
  }

  private void check(Settings element, String key, String... matcher) {
    String condition = matcher.length < 2 ? "" : matcher[1].toLowerCase(Locale.ROOT).strip();
    switch (matcher[0].strip().substring(matcher[0].strip().lastIndexOf('.') + 1)) {
      case "LoginInGroup" -> known.checkGroups(element, key, names(COMMAS, condition).toList());
      case "LoginIs" ->
          known.checkIdentities(
              element, key, names(WORDS, condition).filter(name -> name.indexOf('*') < 0).toList());
      default -> {}
    }
  }

  private static Stream<String> names(Pattern separator, String condition) {
    return Arrays.stream(separator.split(condition, -1)).filter(name -> !name.isEmpty());
  }
}
