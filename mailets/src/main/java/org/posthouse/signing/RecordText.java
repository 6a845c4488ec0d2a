/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.List;
import java.util.stream.Collectors;
import org.posthouse.dkim.PublishedKey;

/**
 * The TXT record of a key, as it is to be published.
 *
 * @param name without a dot at its end
 * @param value in one string
 */
public record RecordText(String name, String value) {
  /** Of a key that signs as a domain. */
  public static RecordText of(String domain, TableKey key) {
    return new RecordText(key.recordName(domain), key.record());
  }

  /** The value in pieces of at most 255 octets, as the DNS has them. */
  public List<String> strings() {
    return PublishedKey.strings(value);
  }

  /** The pieces in quotes, with spaces between. */
  public String quoted() {
    return strings().stream().map(each -> '"' + each + '"').collect(Collectors.joining(" "));
  }

  /** As a line of a zone file (RFC 1035 section 5.1). */
  public String zoneLine() {
    return name + ". IN TXT ( " + quoted() + " )";
  }
}
