/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.util.List;

/**
 * The header field that tells what was found (RFC 8601).
 *
 * @param authservId who says it: a domain name
 * @param results in order
 */
public record AuthenticationResults(String authservId, List<MethodResult> results) {
  /** The name of the field. */
  public static final String NAME = "Authentication-Results";

  private static final int LINE = 78;
  private static final String FOLD = "\r\n\t";
  private static final int TAB = 8;

  public AuthenticationResults {
    results = List.copyOf(results);
  }

  /**
   * The whole field, folded, without the line end after it. The version is left out: its absence
   * means 1 (section 2.2), and some readers take what stands before the semicolon for the
   * identifier.
   */
  public String line() {
    StringBuilder line = new StringBuilder(NAME + ": " + FieldValue.of(authservId) + ";");
    if (results.isEmpty()) {
      return line.append(" none").toString();
    }
    for (int i = 0; i < results.size(); i++) {
      line.append(FOLD);
      append(line, results.get(i).parts());
      line.append(i + 1 < results.size() ? ";" : "");
    }
    return line.toString();
  }

  private static void append(StringBuilder line, List<String> parts) {
    int column = TAB;
    for (String part : parts) {
      boolean isFirst = column == TAB;
      boolean fits = column + 1 + part.length() < LINE;
      line.append(isFirst ? "" : fits ? " " : FOLD).append(part);
      column = (isFirst || fits ? column + 1 : TAB) + part.length();
    }
  }
}
