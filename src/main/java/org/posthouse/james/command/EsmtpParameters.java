/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What follows the path of MAIL and RCPT (RFC 5321 section 4.1.2), in the order it was sent.
 *
 * @param values by keyword in upper case; empty when a keyword has no value
 */
record EsmtpParameters(Map<String, String> values) {
  /** UTF-8 in values is RFC 6531's. */
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-~\\x{80}-\\x{10FFFF}]+))?");

  static EsmtpParameters parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String word : text.strip().split(" +", -1)) {
      Matcher matcher = PARAMETER.matcher(word);
      if (word.isEmpty()) {
        continue;
      }
      if (!matcher.matches()) {
        throw new CommandRefusedException("501", "5.5.4 A parameter is malformed");
      }
      String name = matcher.group(1).toUpperCase(Locale.ROOT);
      String value = matcher.group(2) == null ? "" : matcher.group(2);
      if (values.put(name, value) != null) {
        throw new CommandRefusedException("501", "5.5.4 " + name + " comes twice");
      }
    }
    return new EsmtpParameters(Collections.unmodifiableMap(values));
  }
}
