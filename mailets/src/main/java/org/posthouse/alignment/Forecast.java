/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import java.util.List;
import java.util.Locale;

/**
 * What a receiver will find.
 *
 * @param author the domain of From that decides, in ASCII and lower case; empty when there is none
 * @param reasons why the outlook is not {@link Outlook#PASS}, each in a few words of visible ASCII
 * @param records of the DNS, each as a line of a zone file, of which one is enough; empty when no
 *     record would do
 */
public record Forecast(Outlook outlook, String author, List<String> reasons, List<String> records) {
  /** How it will end; the later, the worse. */
  public enum Outlook {
    PASS,
    /** The domain of From has no policy. */
    NONE,
    /** The DNS gives no answer now. */
    UNKNOWN,
    FAIL;

    /** In lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Forecast {
    reasons = List.copyOf(reasons);
    records = List.copyOf(records);
  }

  /** The reasons, and what to publish, in one line; empty when it passes. */
  public String text() {
    String why = String.join("; ", reasons);
    return records.isEmpty() ? why : why + "; publish " + String.join(" or ", records);
  }
}
