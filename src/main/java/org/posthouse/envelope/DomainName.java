/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import com.ibm.icu.text.IDNA;
import java.util.Locale;

/** Names of domains as DNS has them (RFC 5890): A-labels for what people write with U-labels. */
public final class DomainName {
  private DomainName() {}

  /**
   * The name in lower case, with A-labels.
   *
   * @throws IllegalArgumentException when a label cannot be one
   */
  public static String ascii(String name) {
    if (name.chars().allMatch(c -> c < 0x80)) {
      return name.toLowerCase(Locale.ROOT);
    }
    StringBuilder ascii = new StringBuilder();
    IDNA.Info info = new IDNA.Info();
    Uts46.IDNA2008.nameToASCII(name, ascii, info);
    if (info.hasErrors()) {
      throw new IllegalArgumentException("no domain name: " + info.getErrors());
    }
    return ascii.toString();
  }

  /** Made when the first such name comes: the tables are large. */
  private static final class Uts46 {
    static final IDNA IDNA2008 =
        IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII
                | IDNA.CHECK_BIDI
                | IDNA.CHECK_CONTEXTJ
                | IDNA.USE_STD3_RULES);
  }
}
