/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.james.jdkim.api.Headers;

/** Which header fields a signature covers. */
final class HeaderSelection {
  /** RFC 6376 section 5.4.1, without the trace fields and what relays add. */
  static final String DEFAULT =
      "From, Sender, Reply-To, To, Cc, Subject, Date, Message-ID, In-Reply-To, References,"
          + " MIME-Version, Content-Type, Content-Transfer-Encoding, List-Unsubscribe,"
          + " List-Unsubscribe-Post";

  private HeaderSelection() {}

  /**
   * @param names field names separated by commas; From is added when it is absent, for RFC 6376
   *     section 5.4 requires it
   */
  static List<String> parse(String names) {
    List<String> parsed =
        Arrays.stream(names.split(",", -1))
            .map(name -> name.trim().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    return parsed.contains("from")
        ? parsed
        : Stream.concat(Stream.of("from"), parsed.stream()).toList();
  }

  /** The value of h=: every name once per occurrence and once more. */
  static String oversigned(List<String> names, Headers headers) {
    List<String> repeated =
        names.stream()
            .flatMap(name -> Collections.nCopies(headers.getFields(name).size() + 1, name).stream())
            .toList();
    return String.join(":", repeated);
  }
}
