/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.List;

/**
 * The text of a signature field as it is written: in lines of at most 78 octets (RFC 5322 section
 * 2.1.1) but for values that cannot be folded. b= stands on lines of its own, so that its length
 * moves nothing else.
 */
public final class SignatureText {
  private static final int LINE = 78;
  private static final int BASE64_LINE = 72;

  private static final String FOLD = "\r\n\t";

  private final StringBuilder text = new StringBuilder(512);
  private final int nameLength;
  private int column;
  private int signatureAt = -1;
  private boolean foldNext;

  /**
   * @param name of the field
   */
  public SignatureText(String name) {
    text.append(name).append(':');
    nameLength = text.length();
    column = nameLength;
  }

  /** Adds a tag. */
  public SignatureText tag(String name, String value) {
    begin(name.length() + 1 + value.length());
    append(name + '=' + value);
    return this;
  }

  /** Adds a list of names separated by colons, folded where it is longer than a line. */
  public SignatureText list(String name, List<String> values) {
    int length = name.length() + values.stream().mapToInt(value -> value.length() + 1).sum();
    begin(length);
    append(name + '=');
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i) + (i < values.size() - 1 ? ":" : "");
      if (i > 0 && column + value.length() + 1 > LINE) {
        fold();
      }
      append(value);
    }
    return this;
  }

  /** Adds b=. */
  public SignatureText signature() {
    foldNext = true;
    begin(0);
    append("b=");
    signatureAt = text.length();
    foldNext = true;
    return this;
  }

  /** The field with an empty b=, as it is signed. */
  public String unsigned() {
    return text.toString();
  }

  /** The field with its signature. */
  public String signed(String base64) {
    StringBuilder folded = new StringBuilder(base64.length() + 32);
    for (int i = 0; i < base64.length(); i += BASE64_LINE) {
      int end = Math.min(i + BASE64_LINE, base64.length());
      folded.append(i == 0 ? "" : FOLD).append(base64, i, end);
    }
    return signedUnfolded(folded.toString());
  }

  /** The field with its signature on one line, however long. */
  public String signedUnfolded(String base64) {
    return new StringBuilder(text).insert(signatureAt, base64).toString();
  }

  /** Ends the tag before, and the line when the next tag does not fit. */
  private void begin(int length) {
    if (text.length() > nameLength) {
      append(";");
    }
    if (foldNext || column + 1 + length + 1 > LINE) {
      foldNext = false;
      fold();
    } else {
      append(" ");
    }
  }

  private void append(String piece) {
    text.append(piece);
    column += piece.length();
  }

  private void fold() {
    text.append(FOLD);
    column = 1;
  }
}
