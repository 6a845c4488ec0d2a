/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import org.posthouse.message.HeaderField;

/** MIME-Version, whose comments tell of the program that wrote the mail (RFC 2045 section 4). */
public final class MimeVersion {
  private static final String VERSION = "1.0";

  private MimeVersion() {}

  /** The field without comments, and as it is where it has none or is of no version 1.0. */
  public static HeaderField plain(HeaderField field) {
    String line = field.line();
    int value = line.indexOf(':') + 1;
    if (!field.is("MIME-Version") || value == 0 || line.substring(value).strip().equals(VERSION)) {
      return field;
    }
    HeaderTokens tokens = HeaderTokens.of(line, value);
    StringBuilder version = new StringBuilder();
    for (int token = 0; token < tokens.count(); token++) {
      version.append(tokens.kind(token) == HeaderTokens.COMMENT ? "" : tokens.text(token));
    }
    return version.toString().equals(VERSION)
        ? HeaderField.of(line.substring(0, value) + " " + VERSION, field.end())
        : field;
  }
}
