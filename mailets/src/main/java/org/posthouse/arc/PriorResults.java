/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.posthouse.message.HeaderField;

/**
 * The results that stand in a message's Authentication-Results fields of one authserv-id, together
 * as one ARC-Authentication-Results says them (RFC 8617 section 4.1.1).
 */
public final class PriorResults {
  private PriorResults() {}

  /**
   * The results from the top, separated by semicolons, without white space around them; empty when
   * there are none.
   *
   * @param fields from the top; forged ones with our authserv-id are gone
   */
  public static String of(List<HeaderField> fields, String authservId) {
    StringJoiner all = new StringJoiner("; ");
    for (HeaderField field : fields) {
      if (field.is("Authentication-Results")) {
        results(field.value(), authservId).forEach(all::add);
      }
    }
    return all.toString();
  }

  private static List<String> results(String value, String authservId) {
    int semicolon = value.indexOf(';');
    if (semicolon < 0 || !isBy(value.substring(0, semicolon), authservId)) {
      return List.of();
    }
    List<String> results = new ArrayList<>();
    String rest = value.substring(semicolon + 1).strip();
    String trimmed = rest.endsWith(";") ? rest.substring(0, rest.length() - 1).strip() : rest;
    if (!trimmed.isEmpty() && !trimmed.toLowerCase(Locale.ROOT).equals("none")) {
      results.add(trimmed);
    }
    return results;
  }

  /** A version may stand after the identifier. */
  private static boolean isBy(String head, String authservId) {
    String id = head.strip();
    int end = 0;
    while (end < id.length() && " \t\r\n".indexOf(id.charAt(end)) < 0) {
      end++;
    }
    return id.substring(0, end).equalsIgnoreCase(authservId);
  }
}
