/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.re2j.Pattern;

/** Texts in which a * stands for any characters but an at sign, as one pattern. */
final class Glob {
  private Glob() {}

  static Pattern compile(String text) {
    StringBuilder pattern = new StringBuilder();
    for (String literal : text.split("[*]", -1)) {
      pattern.append(pattern.isEmpty() ? "(?s)" : "[^@]*").append(Pattern.quote(literal));
    }
    return Pattern.compile(pattern.toString());
  }
}
