/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;
import org.posthouse.envelope.DomainName;
import org.posthouse.identity.Letters;

/** Domains as they are compared: A-labels in lower case. */
final class Domains {
  private static final int LONGEST = 253;
  private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "([.]" + LABEL + ")*");

  private Domains() {}

  /**
   * A domain in its normal form; empty for what is none, and for a U-label that two readers would
   * turn into different names, as IDNA2003, which makes ss of ß and a plain letter of a full-width
   * one, and IDNA2008, which does not. The A-label says which is meant.
   */
  static Optional<String> normal(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    String lower = Letters.lower(text);
    if (Letters.isAscii(lower)) {
      return Optional.of(lower).filter(name -> NAME.matcher(name).matches());
    }
    try {
      String composed = Normalizer.normalize(lower, Normalizer.Form.NFC);
      String ascii = DomainName.ascii(composed);
      boolean same = // the JDK's is IDNA2003
          IDN.toUnicode(ascii, IDN.ALLOW_UNASSIGNED).equals(composed);
      return Optional.of(ascii)
          .filter(name -> same && name.length() <= LONGEST && NAME.matcher(name).matches());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
